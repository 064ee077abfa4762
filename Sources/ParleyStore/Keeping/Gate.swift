import Synchronization

/// Lets one through at a time; the others wait in the order in which they came.
final class Gate: Sendable {
    /// Who waits behind the one that is in; `nil` when nobody is.
    private let waiting = Mutex<[CheckedContinuation<Void, Never>]?>(nil)

    func pass<Value: Sendable>(_ body: () async throws -> Value) async rethrows -> Value {
        await enter()
        defer { leave() }
        return try await body()
    }

    /// Does it only when nobody is in, and lets others wait meanwhile.
    func passIfFree(_ body: () async throws -> Void) async rethrows {
        let isFree = waiting.withLock { waiting in
            guard waiting == nil else { return false }
            waiting = []
            return true
        }
        guard isFree else { return }
        defer { leave() }
        try await body()
    }

    private func enter() async {
        await withCheckedContinuation { continuation in
            let isFree = waiting.withLock { waiting in
                guard waiting != nil else {
                    waiting = []
                    return true
                }
                waiting?.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    private func leave() {
        let next = waiting.withLock { waiting -> CheckedContinuation<Void, Never>? in
            guard var line = waiting, !line.isEmpty else {
                waiting = nil
                return nil
            }
            let first = line.removeFirst()
            waiting = line
            return first
        }
        next?.resume()
    }
}
