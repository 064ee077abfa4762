import Synchronization

/// The turns that this process runs.
final class TurnRegistry: Sendable {
    private struct State {
        var turns: [Turn.ID: RunningTurn] = [:]
        var draining = false
    }

    private let state = Mutex(State())

    /// - Returns: whether it was taken in; not any more once the process is about to end.
    func insert(_ turn: RunningTurn) -> Bool {
        state.withLock { state in
            guard !state.draining else { return false }
            state.turns[turn.id] = turn
            return true
        }
    }

    func remove(_ id: Turn.ID) {
        state.withLock { _ = $0.turns.removeValue(forKey: id) }
    }

    subscript(id: Turn.ID) -> RunningTurn? {
        state.withLock { $0.turns[id] }
    }

    var all: [RunningTurn] {
        state.withLock { Array($0.turns.values) }
    }

    var count: Int { state.withLock { $0.turns.count } }

    /// From now on no turn begins.
    func drain() {
        state.withLock { $0.draining = true }
    }

    var isDraining: Bool { state.withLock { $0.draining } }
}
