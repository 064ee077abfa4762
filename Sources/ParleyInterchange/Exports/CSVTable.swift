import Parley

/// A table with a row for each item.
struct CSVTable: ExportWriter {
    private var conversation: ExportedConversation?

    private static let columns = [
        "conversation", "title", "item", "parent", "created_at", "kind", "role", "model", "status", "rating", "text",
    ]

    mutating func begin(_ header: CanonicalHeader) -> [UInt8] { Self.row(Self.columns) }

    mutating func begin(_ conversation: ExportedConversation) -> [UInt8] {
        self.conversation = conversation
        return []
    }

    mutating func add(_ item: ExportedItem) -> [UInt8] {
        guard item.isAlive, let conversation else { return [] }
        let content = item.item.content
        let texts = [
            conversation.conversation.id.text, conversation.conversation.title, item.record.key,
            item.record.parent ?? "", item.item.createdAt.text, content.kind.rawValue, content.role?.rawValue ?? "",
            item.model ?? "", item.item.status.rawValue,
        ]
        // A number is no formula, also when it is less than nothing.
        let rating = item.record.rating.map(String.init) ?? ""
        return Self.row(texts.map(CSVCell.of) + [rating, CSVCell.of(ShownPart.text(of: content))])
    }

    /// A row of cells that are safe already.
    private static func row(_ cells: [String]) -> [UInt8] {
        Array((cells.joined(separator: ",") + "\r\n").utf8)
    }
}
