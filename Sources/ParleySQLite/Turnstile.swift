import Parley
import Synchronization

/// Lets a few through at a time, first come first served.
///
/// Long reads pass it, so that some readers are always left for the short reads of turns.
final class Turnstile: Sendable {
    private struct State {
        var free: Int
        var nextTicket = 0
        var waiting: [(ticket: Int, continuation: CheckedContinuation<Void, any Error>)] = []
    }

    private let state: Mutex<State>
    private let limit: Int

    /// - Parameters:
    ///   - places: how many may be inside.
    ///   - limit: how many may wait.
    init(places: Int, limit: Int = 256) {
        state = Mutex(State(free: places))
        self.limit = limit
    }

    /// - Throws: ``ParleyError/Code/overloaded`` when too many wait, `CancellationError` when the task is cancelled.
    func pass<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        try await enter()
        defer { leave() }
        return try await body()
    }

    private func enter() async throws {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { join(ticket, $0) }
        } onCancel: {
            giveUp(ticket)
        }
    }

    private func join(_ ticket: Int, _ continuation: CheckedContinuation<Void, any Error>) {
        let answer: Result<Void, any Error>? = state.withLock { state in
            // Checked under the lock: whoever is cancelled later is found by `giveUp`.
            if Task.isCancelled { return .failure(CancellationError()) }
            if state.free > 0 {
                state.free -= 1
                return .success(())
            }
            guard state.waiting.count < limit else { return .failure(ParleyError.tooManyReads) }
            state.waiting.append((ticket, continuation))
            return nil
        }
        if let answer { continuation.resume(with: answer) }
    }

    private func giveUp(_ ticket: Int) {
        let continuation = state.withLock { state in
            state.waiting.firstIndex { $0.ticket == ticket }.map { state.waiting.remove(at: $0).continuation }
        }
        continuation?.resume(throwing: CancellationError())
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            if !state.waiting.isEmpty { return state.waiting.removeFirst().continuation }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}

extension ParleyError {
    fileprivate static let tooManyReads = ParleyError(
        .overloaded,
        "Too many long queries are waiting.",
        retryAfter: .seconds(1)
    )
}
