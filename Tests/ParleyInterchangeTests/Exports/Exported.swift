import Parley
import ParleyInterchange

/// A conversation to export, made by hand.
struct Exported {
    var conversation: ExportedConversation
    var items: [ExportedItem] = []
    var turns: [TurnRecord] = []

    init(title: String = "T", instructions: String? = nil) {
        let shown = Conversation(
            id: Identifier(bytes: Array(repeating: 7, count: 24)),
            title: title,
            createdAt: Timestamp(milliseconds: 1_700_000_000_123),
            updatedAt: Timestamp(milliseconds: 1_700_000_000_123),
            itemCount: 0,
            settings: .init(instructions: instructions),
            metadata: [:],
            tags: [],
            pinned: false,
            archived: false
        )
        var record = ConversationRecord()
        record.id = shown.id.text
        record.title = title
        conversation = ExportedConversation(
            id: ExportID(row: 1),
            scope: .all,
            record: record,
            conversation: shown,
            lines: [],
            tip: nil
        )
    }

    /// Adds an item behind the one of that number, or behind the last; returns its own.
    @discardableResult
    mutating func add(_ content: ItemContent, behind parent: Int? = nil, isRoot: Bool = false) -> Int {
        let number = items.count
        let id = Item.ID(bytes: Array(repeating: UInt8(truncatingIfNeeded: number + 1), count: 24))
        let above = isRoot || items.isEmpty ? nil : items[parent ?? number - 1].record.key
        var record = ItemRecord(key: content.kind.idPrefix + id.digits, parent: above, content: content)
        record.createdAt = Timestamp(milliseconds: 1_700_000_001_000)
        let item = Item(
            id: id,
            place: Place(branch: 1, position: Int64(number + 1)),
            content: content,
            status: .completed,
            createdAt: Timestamp(milliseconds: 1_700_000_001_000),
            turn: nil,
            tokens: nil,
            pinned: false
        )
        items.append(ExportedItem(item: item, record: record, model: "gpt"))
        conversation.record.tip = record.key
        return number
    }

    mutating func say(_ texts: String...) {
        for text in texts {
            add(ItemContent(role: items.count.isMultiple(of: 2) ? .user : .assistant, text: text))
        }
    }

    /// Makes a tombstone of the item of that number.
    mutating func delete(_ number: Int) {
        items[number].record.tombstone = .init(
            kind: items[number].record.content.kind,
            chain: [1],
            match: [2],
            pair: nil,
            deletedAt: Timestamp(milliseconds: 1_700_000_002_000)
        )
    }

    func bytes(_ format: ExportFormat, redacts: Bool = false) -> [UInt8] { written(format, redacts: redacts).bytes }

    /// What the format could not say.
    func leftOut(_ format: ExportFormat) -> [Int] {
        let leftOut = written(format).leftOut
        return [leftOut.conversations, leftOut.items]
    }

    private func written(
        _ format: ExportFormat,
        redacts: Bool = false
    ) -> (bytes: [UInt8], leftOut: ExportLeftOut) {
        var writer = format.writer(redacts: redacts)
        var bytes = writer.begin(CanonicalHeader(exportedAt: Timestamp(milliseconds: 0)))
        bytes += writer.announce(conversation)
        bytes += writer.begin(conversation)
        for item in items { writer.survey(item) }
        bytes += writer.beginItems()
        for item in items { bytes += writer.add(item) }
        if format.wantsTurns { for turn in turns { bytes += writer.add(turn) } }
        bytes += writer.endConversation()
        bytes += writer.end()
        return (bytes, writer.leftOut)
    }

    func text(_ format: ExportFormat, redacts: Bool = false) -> String {
        String(decoding: bytes(format, redacts: redacts), as: UTF8.self)
    }

    func json(_ format: ExportFormat) throws -> JSON { try JSON(parsing: bytes(format)) }
}

func content(_ json: String) throws -> ItemContent {
    ItemContent(try JSON(parsing: json).object ?? .init())
}
