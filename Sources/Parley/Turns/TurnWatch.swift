import Synchronization

/// Somebody who watches what a turn in the background says.
package final class TurnWatch: Sendable {
    private let turn: RunningTurn
    private let left = Mutex(false)

    package init(_ turn: RunningTurn) {
        self.turn = turn
    }

    var hasLeft: Bool { left.withLock(\.self) }

    /// What the turn has said from the piece `index` on.
    ///
    /// Waits for the next piece; empty when there was a sign of life and nothing more, `nil` once the turn is settled
    /// and nothing follows.
    /// - Throws: `CancellationError` once the watcher has left.
    package func pieces(from index: Int) async throws -> [AnswerDelta]? {
        await withCheckedContinuation { continuation in
            if !turn.wait(self, from: index, continuation) { continuation.resume() }
        }
        if hasLeft { throw CancellationError() }
        let found = turn.piecesNow(from: index)
        return found.pieces.isEmpty && found.isSettled ? nil : found.pieces
    }

    /// Ends the wait at once; may be called on any thread.
    package func leave() {
        left.withLock { $0 = true }
        turn.stopWaiting(self)?.resume()
    }
}
