import Parley

/// The canonical form.
struct CanonicalExport: ExportWriter {
    private var writer = CanonicalWriter()
    private var scope = ExportScope.all
    /// The number of the branch in hand, and what the database calls it.
    private var number = -1
    private var branch: Int64?

    mutating func begin(_ header: CanonicalHeader) -> [UInt8] { writer.begin(header) }

    mutating func begin(_ conversation: ExportedConversation) -> [UInt8] {
        scope = conversation.scope
        number = -1
        branch = nil
        return writer.add(conversation.record)
    }

    mutating func add(_ item: ExportedItem) -> [UInt8] {
        guard scope == .all else { return writer.add(item.record) }
        if item.item.place.branch != branch {
            branch = item.item.place.branch
            number += 1
        }
        var record = item.record
        record.branch = number
        return writer.add(record)
    }

    mutating func add(_ turn: TurnRecord) -> [UInt8] { writer.add(turn) }

    mutating func end() -> [UInt8] { writer.end() }
}
