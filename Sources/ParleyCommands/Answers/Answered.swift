import Parley
import ParleyClient

/// What came of a turn.
struct Answered: Sendable {
    var conversation: String?
    var turn: String?
    var text: String
    var ending: APIEnding
    /// The person stopped it; what had been said is kept.
    var wasStopped: Bool

    /// For programs.
    var json: JSON {
        [
            "conversation": JSON(conversation), "turn": JSON(turn), "model": JSON(ending.model), "text": .string(text),
            "finish_reason": JSON(ending.finish), "stopped": .bool(wasStopped), "usage": ending.usage ?? .null,
        ]
    }
}
