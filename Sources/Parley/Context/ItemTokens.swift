/// How many tokens the parts of a request take.
///
/// Text is counted exactly. What no vocabulary counts has a named formula: an image, a call's framing, a tool's schema.
package struct ItemTokens: Sendable {
    package var counter: any TokenCounter

    package init(_ counter: any TokenCounter) {
        self.counter = counter
    }

    /// The tokens that OpenAI's chat format adds to each message, its role among them, and to the whole for the reply's
    /// beginning (OpenAI cookbook, "How to count tokens with tiktoken"; the same for both vocabularies).
    package static let perMessage = 4
    package static let reply = 3

    /// An image of unknown size, as a high-detail picture of 1024 × 1024 costs it.
    static let image = 765
    /// What surrounds the name and arguments of a call.
    static let call = 8

    /// The tokens of what an item says, without the framing of its message.
    package func count(_ content: ItemContent, in vocabulary: Vocabulary = .o200k) -> Int {
        switch content.kind {
        case .message: messageTokens(content, vocabulary)
        case .functionCall: counter.count(content.text, in: vocabulary) + Self.call
        case .functionCallOutput, .compaction: counter.count(content.text, in: vocabulary)
        case .reasoning: 0
        case .other: counter.count(JSON.object(content.json).text, in: vocabulary)
        }
    }

    /// Whether the count of an item rests on a formula instead of a vocabulary alone.
    package static func isEstimated(_ content: ItemContent) -> Bool {
        content.kind != .message || content.parts.contains { ItemContent.text(of: $0) == nil }
    }

    private func messageTokens(_ content: ItemContent, _ vocabulary: Vocabulary) -> Int {
        var total = 0
        for part in content.parts {
            if let text = ItemContent.text(of: part) {
                total += counter.count(text, in: vocabulary)
            } else if part["type"]?.string?.contains("image") == true {
                total += Self.image
            } else {
                total += counter.count(part.text, in: vocabulary)
            }
        }
        if let name = content.json["name"]?.string { total += counter.count(name, in: vocabulary) + 1 }
        return total
    }
}
