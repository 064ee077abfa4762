/// What is kept of an answer piece by piece while its turn runs, and a while longer for one in the background.
package struct KeptAnswer: Sendable {
    package var opening: TurnOpening?
    package var pieces: [AnswerDelta]

    package init(opening: TurnOpening? = nil, pieces: [AnswerDelta] = []) {
        self.opening = opening
        self.pieces = pieces
    }

    /// The items that it amounts to when nothing more comes.
    package func items(of turn: Turn.ID) -> [ItemDraft] {
        var answer = AnswerAccumulator(of: turn)
        for piece in pieces { answer.add(piece) }
        return (opening?.summary.map { [$0] } ?? []) + answer.items(status: .incomplete)
    }
}

/// What a turn shows before the model says anything.
///
/// Kept from the beginning, so that whoever watches the turn again sees the same.
package struct TurnOpening: Sendable {
    /// The model that was asked for; the one that answers may call itself something else.
    package var model: String
    /// The summary that was made for the turn.
    package var summary: ItemDraft?

    package init(model: String, summary: ItemDraft?) {
        self.model = model
        self.summary = summary
    }
}
