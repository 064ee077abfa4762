import Synchronization

/// The turns that this process runs.
final class TurnRegistry: Sendable {
    private struct State {
        var turns: [Turn.ID: RunningTurn] = [:]
        var draining = false
    }

    private let state = Mutex(State())
    private let most: Int

    /// Takes at `most` so many.
    init(most: Int) {
        self.most = most
    }

    /// - Throws: what ``mayBegin()`` throws.
    func insert(_ turn: RunningTurn) throws {
        try state.withLock { state in
            try check(state)
            state.turns[turn.id] = turn
        }
    }

    /// - Throws: ``ParleyError/Code/shuttingDown`` once the process is about to end, ``ParleyError/Code/overloaded`` when
    ///   so many run that another one would have no connection left.
    func mayBegin() throws {
        try state.withLock { try check($0) }
    }

    private func check(_ state: State) throws {
        if state.draining { throw Turns.shuttingDown }
        if state.turns.count >= most {
            throw ParleyError(
                .overloaded,
                "As many requests are being answered as this server can hold. Please retry.",
                retryAfter: .seconds(1)
            )
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
}
