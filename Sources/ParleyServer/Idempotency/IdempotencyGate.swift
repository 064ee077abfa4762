import Parley
import Synchronization

/// Lets one request at a time through for each idempotency key; the others wait for its answer.
final class IdempotencyGate: Sendable {
    struct Place: Hashable {
        var owner: User.ID
        var key: String
    }

    /// Who waits behind the one that was let through.
    private let waiting = Mutex<[Place: [CheckedContinuation<Void, Never>]]>([:])

    /// Must be followed by ``leave(_:)``.
    func enter(_ place: Place) async {
        await withCheckedContinuation { continuation in
            let free = waiting.withLock { waiting in
                guard waiting[place] != nil else {
                    waiting[place] = []
                    return true
                }
                waiting[place]?.append(continuation)
                return false
            }
            if free { continuation.resume() }
        }
    }

    func leave(_ place: Place) {
        let next = waiting.withLock { waiting -> CheckedContinuation<Void, Never>? in
            guard let line = waiting[place], !line.isEmpty else {
                waiting[place] = nil
                return nil
            }
            return waiting[place]?.removeFirst()
        }
        next?.resume()
    }
}
