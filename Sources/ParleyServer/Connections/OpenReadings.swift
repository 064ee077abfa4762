import Parley
import Synchronization

/// The streams that only read, as exports and responses that are watched, with who reads them.
///
/// Turns end by themselves when who asked may not go on; these are closed.
package final class OpenReadings: Sendable {
    private struct Reading {
        var caller: Caller
        var close: @Sendable () -> Void
    }

    private let state = Mutex((next: 0, open: [Int: Reading]()))

    func enter(_ caller: Caller, close: @escaping @Sendable () -> Void) -> Int {
        state.withLock { state in
            state.next += 1
            state.open[state.next] = Reading(caller: caller, close: close)
            return state.next
        }
    }

    func leave(_ number: Int) {
        state.withLock { _ = $0.open.removeValue(forKey: number) }
    }

    /// Closes those of callers who may not go on.
    func end(where ends: (Caller) -> Bool) {
        let ended = state.withLock { state in state.open.values.filter { ends($0.caller) } }
        for reading in ended { reading.close() }
    }
}
