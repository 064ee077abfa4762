import NIOCore
import Parley
import ParleyWire

/// Makes the pieces of a streamed answer from the bytes of its body, and knows when it is complete.
///
/// Complete means a finish reason or `[DONE]`; servers leave out either. What comes before a failure is given out first.
struct AnswerAssembler {
    enum Outcome {
        case complete
        case failed(ParleyError)
    }

    /// Set once nothing more will come.
    private(set) var outcome: Outcome?
    /// Whether the upstream has kept to the rules, so that its connection can be used again.
    private(set) var isOrderly = true
    /// Whether anything has been said.
    private(set) var hasBegun = false

    private let redaction: Redaction
    private let limit: Int
    private var decoder = EventStreamDecoder()
    private var chunks: [AnswerChunk] = []
    private var received = 0
    /// What came before the first event: what it is shows only when there never is one.
    private var preamble: [UInt8] = []
    /// Samples that have begun and not finished, and whether any has finished.
    private var unfinished: Set<Int> = []
    private var hasFinish = false

    init(limits: AnswerLimits, redaction: Redaction) {
        limit = limits.answer
        self.redaction = redaction
    }

    private static let preambleLimit = 64 << 10

    /// Every sample that began has a finish reason.
    private var isFinished: Bool { hasFinish && unfinished.isEmpty }
}

extension AnswerAssembler {
    /// Reads what arrived.
    mutating func append(_ parts: [ByteBuffer]) {
        for part in parts {
            guard outcome == nil else {
                isOrderly = false
                return
            }
            append(part)
        }
    }

    private mutating func append(_ part: ByteBuffer) {
        received += part.readableBytes
        guard received <= limit else { return end(.failed(.answerCut)) }
        if !hasBegun, preamble.count < Self.preambleLimit { preamble.append(contentsOf: part.readableBytesView) }
        var events: [ServerSentEvent] = []
        var failure: ParleyError?
        do { try decoder.append(part.readableBytesUInt8Span, to: &events) } catch { failure = error }
        do { for event in events { try read(event) } } catch { failure = ParleyError(error) }
        if let failure, outcome == nil { end(.failed(failure)) }
    }

    /// The body has ended.
    mutating func finish() {
        guard outcome == nil else { return }
        do {
            for event in try decoder.finish() { try read(event) }
        } catch {
            // The event was cut off with the stream, unless it says what went wrong.
            let isCut = ParleyError(error).code == .upstreamBadResponse && hasBegun
            return end(isFinished ? .complete : .failed(isCut ? .upstreamIncomplete : ParleyError(error)))
        }
        guard outcome == nil else { return }
        if !hasBegun { return end(.failed(failureWithoutEvents())) }
        end(isFinished ? .complete : .failed(.upstreamIncomplete))
    }

    /// The connection broke, or time was up.
    ///
    /// An answer that has its finish reason lacks nothing.
    mutating func fail(_ error: ParleyError) {
        guard outcome == nil else { return }
        end(isFinished && error.code != .cancelled ? .complete : .failed(error))
        isOrderly = false
    }

    /// The reader does not want any more.
    mutating func cancel() {
        chunks = []
        end(.failed(.cancelled))
    }

    var hasChunks: Bool { !chunks.isEmpty }

    /// What has been read and not been given out.
    mutating func takeChunks() -> [AnswerChunk]? {
        guard !chunks.isEmpty else { return nil }
        defer { chunks = [] }
        return chunks
    }
}

extension AnswerAssembler {
    private mutating func read(_ event: ServerSentEvent) throws(ParleyError) {
        guard outcome == nil else {
            isOrderly = false
            return
        }
        if event.data.isEmpty { return }
        if event.data.elementsEqual("[DONE]".utf8) {
            return end(hasBegun ? .complete : .failed(.notAnAnswer))
        }
        let chunk = try chunk(event)
        for delta in chunk.deltas { note(delta) }
        hasBegun = true
        preamble = []
        chunks.append(chunk)
    }

    private func chunk(_ event: ServerSentEvent) throws(ParleyError) -> AnswerChunk {
        let chunk = try AnswerChunk(parsing: event.data, redaction: redaction)
        guard event.name == "error" else { return chunk }
        let complaint = (try? JSON(parsing: event.data)).map { UpstreamComplaint(value: $0) }
        throw ParleyError(upstreamStatus: complaint?.status ?? 500, complaint, redaction: redaction)
    }

    private mutating func note(_ delta: AnswerDelta) {
        if delta.finish != nil {
            hasFinish = true
            unfinished.remove(delta.index)
        } else if !hasFinish {
            unfinished.insert(delta.index)
        }
    }

    private mutating func end(_ outcome: Outcome) {
        self.outcome = outcome
        if case .failed = outcome { isOrderly = false }
    }

    /// A body that is no event stream: a complaint, a page, or nothing.
    private func failureWithoutEvents() -> ParleyError {
        guard let json = try? JSON(parsing: preamble), let complaint = UpstreamComplaint(json) else {
            return .notAnAnswer
        }
        return ParleyError(upstreamStatus: complaint.status, complaint, redaction: redaction)
    }
}

extension ParleyError {
    static var upstreamIncomplete: Self {
        Self(.upstreamIncomplete, "The upstream broke off in the middle of its answer.")
    }

    static var answerCut: Self {
        Self(.upstreamIncomplete, "The upstream's answer is longer than this server accepts; it was cut off.")
    }
}
