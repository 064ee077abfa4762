extension RunningTurn {
    /// What a turn in the background has said from the piece `index` on.
    ///
    /// Waits for the next piece; empty once the turn is settled and nothing follows.
    package func pieces(from index: Int) async -> [AnswerDelta] {
        while true {
            let found = piecesNow(from: index)
            if !found.pieces.isEmpty || found.isSettled { return found.pieces }
            await withCheckedContinuation { watcher in
                if !watch(index, watcher) { watcher.resume() }
            }
        }
    }

    /// Shows pieces to those who watch; they are durable by now.
    func publish(_ chunks: [AnswerChunk]) {
        for watcher in append(chunks.flatMap(\.deltas)) { watcher.resume() }
    }
}
