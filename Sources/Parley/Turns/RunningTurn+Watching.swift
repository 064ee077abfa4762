extension RunningTurn {
    /// What a turn in the background has said from the piece `index` on.
    ///
    /// Waits for the next piece; empty when the upstream gave a sign of life and nothing more, `nil` once the turn is
    /// settled and nothing follows.
    package func pieces(from index: Int) async -> [AnswerDelta]? {
        await withCheckedContinuation { watcher in
            if !watch(index, watcher) { watcher.resume() }
        }
        let found = piecesNow(from: index)
        return found.pieces.isEmpty && found.isSettled ? nil : found.pieces
    }

    /// Shows pieces to those who watch; they are durable by now.
    func publish(_ chunks: [AnswerChunk]) {
        for watcher in append(chunks.flatMap(\.deltas)) { watcher.resume() }
    }
}
