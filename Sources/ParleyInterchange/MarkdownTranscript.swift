import Parley

/// A transcript in Markdown.
///
/// What was said stands as it was said; calls and their results stand in code blocks.
enum MarkdownTranscript {
    static func head(_ conversation: Conversation) -> [UInt8] {
        let title = conversation.title.isEmpty ? conversation.id.text : conversation.title
        return Array("# \(title.split(whereSeparator: \.isNewline).joined(separator: " "))\n".utf8)
    }

    static func section(_ item: Item) -> [UInt8] {
        let text = item.content.text
        let body =
            switch item.content.kind {
            case .message, .compaction: text
            case .reasoning:
                text.split(separator: "\n", omittingEmptySubsequences: false).map { "> \($0)" }
                    .joined(separator: "\n")
            case .functionCall, .functionCallOutput: fenced(text)
            case .other: fenced(JSON.object(item.content.json).text)
            }
        let mark = item.status == .incomplete ? " (incomplete)" : ""
        return Array("\n## \(SpeakerName.of(item))\(mark)\n\n\(body)\n".utf8)
    }

    /// A code block whose fence is longer than any run of backticks inside.
    private static func fenced(_ text: String) -> String {
        var longest = 2
        var run = 0
        for character in text {
            run = character == "`" ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: longest + 1)
        return "\(fence)\n\(text)\n\(fence)"
    }
}
