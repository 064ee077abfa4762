import Parley

/// A transcript in plain text, safe to print on a terminal: no control characters but line feeds and tabs, and nothing
/// that turns the direction of text.
struct PlainTranscript: ExportWriter {
    private var isFirst = true

    mutating func begin(_ conversation: ExportedConversation) -> [UInt8] {
        defer { isFirst = false }
        let heading = ShownText.visible(conversation.heading)
        let rule = String(repeating: "=", count: min(heading.count, 72))
        return Array("\(isFirst ? "" : "\n\n")\(heading)\n\(rule)\n".utf8)
    }

    mutating func add(_ item: ExportedItem) -> [UInt8] {
        guard item.isAlive else { return [] }
        let content = item.item.content
        return Array("\n\(SpeakerName.of(item.item)): \(ShownText.visible(ShownPart.text(of: content)))\n".utf8)
    }
}
