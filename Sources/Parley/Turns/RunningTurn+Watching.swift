// What a turn in the background shows to those who watch it.

extension RunningTurn {
    /// Shows pieces to those who watch; they are durable by now.
    ///
    /// Without any it is a sign of life.
    func publish(_ pieces: [AnswerDelta]) {
        let waiting = withShared { shared in
            defer { shared.watchers = [:] }
            shared.pieces += pieces
            return Array(shared.watchers.values)
        }
        for watcher in waiting { watcher.resume() }
    }

    /// What a watcher has not seen, and whether more can follow.
    func piecesNow(from index: Int) -> (pieces: [AnswerDelta], isSettled: Bool) {
        withShared { (Array($0.pieces.dropFirst(index)), $0.settled) }
    }

    /// - Returns: whether the watcher waits; `false` when there is something to see already, or it has left.
    func wait(_ watch: TurnWatch, from index: Int, _ continuation: CheckedContinuation<Void, Never>) -> Bool {
        withShared { shared in
            guard shared.pieces.count <= index, !shared.settled, !watch.hasLeft else { return false }
            shared.watchers[ObjectIdentifier(watch)] = continuation
            return true
        }
    }

    func stopWaiting(_ watch: TurnWatch) -> CheckedContinuation<Void, Never>? {
        withShared { $0.watchers.removeValue(forKey: ObjectIdentifier(watch)) }
    }
}
