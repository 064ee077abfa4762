import Parley

/// The newest message of a conversation, when its turn died before the answer was complete.
struct UnansweredMessage: Sendable {
    /// What was asked.
    let text: String
    /// What the model had said until then.
    let partialAnswer: String
    private let reason: String

    /// `nil` when the turn ended well, still runs, or its message is on the active path (an answer that was stopped).
    init?(_ turn: JSON, activePath: [JSON]) {
        guard let status = turn["status"]?.string, status == "failed" || status == "cancelled" else { return nil }
        let input = turn["input"]?.array ?? []
        guard let message = input.last(where: { $0["role"]?.string == "user" }) else { return nil }
        let id = message["id"]?.string
        guard id == nil || !activePath.contains(where: { $0["id"]?.string == id }) else { return nil }
        text = ItemText.of(message)
        let output = (turn["output"]?.array ?? []).filter { $0["type"] != "compaction" }
        partialAnswer = output.map(ItemText.of).joined(separator: "\n")
        reason = turn["reason"]?.string ?? status
    }

    /// What is shown.
    var lines: [String] {
        var lines = ["Not answered (\(Terminal.safe(reason))):", Terminal.safe(text)]
        if !partialAnswer.isEmpty { lines += ["The answer broke off after:", Terminal.safe(partialAnswer)] }
        return lines
    }
}
