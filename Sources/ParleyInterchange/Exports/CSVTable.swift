import Parley

/// A table with a row for each item, by RFC 4180.
///
/// A cell that a spreadsheet would take for a formula begins with an apostrophe.
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
        return Self.row([
            conversation.conversation.id.text, conversation.conversation.title, item.record.key,
            item.record.parent ?? "", item.item.createdAt.text, content.kind.rawValue, content.role?.rawValue ?? "",
            item.model ?? "", item.item.status.rawValue, item.record.rating.map(String.init) ?? "",
            ShownPart.text(of: content),
        ])
    }

    private static func row(_ cells: [String]) -> [UInt8] {
        Array((cells.map(cell).joined(separator: ",") + "\r\n").utf8)
    }

    private static func cell(_ text: String) -> String {
        let text = text.replacing("\u{0}", with: "\u{FFFD}")
        guard let first = text.utf8.first else { return "" }
        let mark = "=+-@\t\r".utf8.contains(first) ? "'" : ""
        return "\"\(mark)\(text.replacing("\"", with: "\"\""))\""
    }
}
