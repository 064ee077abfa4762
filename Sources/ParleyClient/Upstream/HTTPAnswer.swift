import Parley
import ParleyWire
import Synchronization

/// A streamed answer over HTTP.
///
/// Bytes become pieces in the reader's own task, as many at a time as have arrived.
final class HTTPAnswer: AnswerStream {
    private let exchange: HTTPExchange
    private let assembler: Mutex<AnswerAssembler>
    private let pulse: Mutex<Pulse>

    /// After each `signOfLife` without a piece the reader gets none.
    init(_ exchange: HTTPExchange, _ assembler: AnswerAssembler, signOfLife: Duration) {
        self.exchange = exchange
        self.assembler = Mutex(assembler)
        pulse = Mutex(Pulse(every: signOfLife, from: .now))
    }

    deinit {
        exchange.abandon()
    }

    func next() async throws -> [AnswerChunk]? {
        while true {
            let (chunks, outcome) = assembler.withLock { ($0.takeChunks(), $0.outcome) }
            if let chunks { return chunks }
            switch outcome {
            case .complete: return nil
            case .failed(let error): throw error
            case nil: if await read() { return [] }
            }
        }
    }

    func cancel() {
        assembler.withLock { $0.cancel() }
        exchange.cancel()
    }

    /// Reads what comes next; true when nothing was said for so long that the reader should get a sign of life.
    private func read() async -> Bool {
        var isQuiet = false
        do {
            isQuiet = take(try await exchange.take())
        } catch {
            assembler.withLock { $0.fail(ParleyError(midway: error)) }
        }
        settle()
        return isQuiet
    }

    private func take(_ taken: HTTPExchangeState.Taken) -> Bool {
        let isSilent = assembler.withLock { assembler in
            assembler.append(taken.parts)
            if taken.isLast { assembler.finish() }
            return !assembler.hasChunks && assembler.outcome == nil
        }
        return pulse.withLock { $0.isDue(at: taken.time, isSilent: isSilent) }
    }

    /// Gives the connection back after an orderly end, and closes it after any other.
    private func settle() {
        let (outcome, isOrderly) = assembler.withLock { ($0.outcome, $0.isOrderly) }
        guard outcome != nil else { return }
        if isOrderly { exchange.release() } else { exchange.cancel() }
    }
}

extension HTTPAnswer {
    /// Reads up to the first piece.
    /// - Throws: what keeps there from being one.
    func begin(_ taken: HTTPExchangeState.Taken) async throws {
        _ = take(taken)
        settle()
        while true {
            let (hasBegun, outcome) = assembler.withLock { ($0.hasBegun, $0.outcome) }
            if hasBegun { return }
            if case .failed(let error) = outcome { throw error }
            _ = await read()
        }
    }
}
