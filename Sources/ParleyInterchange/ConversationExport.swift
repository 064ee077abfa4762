package import Parley

/// Writes one conversation in a format, item by item, so that memory does not grow with its length.
package struct ConversationExport: Sendable {
    private let format: ExportFormat
    private let conversation: Conversation
    private var isFirst = true

    package init(_ format: ExportFormat, of conversation: Conversation) {
        self.format = format
        self.conversation = conversation
    }

    /// What stands in front of the items.
    package func begin(exportedAt: Timestamp) -> [UInt8] {
        switch format {
        case .parley: ParleyLines.head(conversation, exportedAt: exportedAt)
        case .markdown: MarkdownTranscript.head(conversation)
        case .json: JSONDocument.head(conversation)
        case .text: PlainTranscript.head(conversation)
        }
    }

    /// The next item of the active path, oldest first.
    package mutating func add(_ item: Item) -> [UInt8] {
        defer { isFirst = false }
        return switch format {
        case .parley: ParleyLines.line(item)
        case .markdown: MarkdownTranscript.section(item)
        case .json: JSONDocument.element(item, isFirst: isFirst)
        case .text: PlainTranscript.paragraph(item)
        }
    }

    /// What stands behind the items.
    package func end() -> [UInt8] {
        switch format {
        case .json: JSONDocument.tail
        case .parley, .markdown, .text: []
        }
    }
}
