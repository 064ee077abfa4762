import Parley

/// A transcript in Markdown.
///
/// What was said stands as it was said, but for a code block that was left open, which is closed; calls and their results
/// stand in code blocks.
struct MarkdownTranscript: ExportWriter {
    private var isFirst = true

    mutating func begin(_ conversation: ExportedConversation) -> [UInt8] {
        defer { isFirst = false }
        return Array("\(isFirst ? "" : "\n---\n\n")# \(conversation.heading)\n".utf8)
    }

    mutating func add(_ item: ExportedItem) -> [UInt8] {
        guard item.isAlive else { return [] }
        let content = item.item.content
        let text = ShownPart.text(of: content)
        let body =
            switch content.kind {
            case .message, .compaction: text + MarkdownFence.closing(text)
            case .reasoning:
                text.split(separator: "\n", omittingEmptySubsequences: false).map { "> \($0)" }
                    .joined(separator: "\n")
            case .functionCall, .functionCallOutput, .other: MarkdownFence.block(text)
            }
        let mark = item.item.status == .incomplete ? " (incomplete)" : ""
        return Array("\n## \(SpeakerName.of(item.item))\(mark)\n\n\(body)\n".utf8)
    }
}
