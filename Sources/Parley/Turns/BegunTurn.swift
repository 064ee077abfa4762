/// What became of a request: an answer on its way, or one that was given before.
package enum BegunTurn: Sendable {
    case running(TurnHandle)
    /// It runs on its own, whether or not anybody watches; `isNew` when this request began it.
    case background(RunningTurn, isNew: Bool)
    case replayed(Turn, outputs: [Item])
}

extension BegunTurn {
    /// Whether the lane stays taken until the turn is settled.
    var keepsLane: Bool {
        switch self {
        case .running, .background(_, isNew: true): true
        case .replayed, .background(_, isNew: false): false
        }
    }
}

/// The right to drive a turn, once.
///
/// Dropping it without driving it ends the turn as abandoned.
package final class TurnHandle: Sendable {
    package let turn: RunningTurn
    private let turns: Turns

    init(_ turn: RunningTurn, turns: Turns) {
        self.turn = turn
        self.turns = turns
    }

    deinit {
        turns.abandon(turn)
    }

    /// Says that the client has gone: the upstream call is ended, and ``run(_:)`` settles the turn.
    package func clientLeft() {
        turn.interrupt(.clientLeft)
    }

    /// Hands each batch of pieces to `relay` as it comes and settles the turn when the answer ends.
    ///
    /// Returns after the settlement is durable, so what is sent afterwards (`[DONE]`) is a promise that holds. When
    /// `relay` throws, the client is taken to be gone: the upstream call is ended and the turn settled.
    /// - Throws: only what keeps the settlement from being stored.
    package func run(_ relay: ([AnswerChunk]) async throws -> Void) async throws -> TurnOutcome {
        try await turns.drive(turn, relay)
    }
}

/// How a turn ended.
package struct TurnOutcome: Sendable {
    package var status: Turn.Status
    package var usage: Usage
    package var finish: FinishReason?
    package var model: String
    /// The items of the answer, as they are stored.
    package var outputs: [ItemDraft]
    /// Why it did not complete, as a stable word.
    package var reason: String?
    package var settledAt: Timestamp
    /// What to tell the client when the answer broke off.
    package var error: ParleyError?
    /// The upstream ended without saying why; the answer is taken as complete.
    package var finishInferred: Bool
}
