import Parley

/// A row of the `item` table as an export reads it.
struct ExportRow {
    let place: Place
    let id: Item.ID
    let kind: ItemContent.Kind
    let json: String
    let deletedAt: Timestamp?
    let model: String?
    let turnModel: String?
    private let status: Item.Status
    private let createdAt: Timestamp
    private let pinned: Bool
    private let chain: [UInt8]
    private let match: [UInt8]
    private let pair: [UInt8]?
    private let rating: Int?
    private let editOf: Item.ID?
    private let sourceID: String?
    private let extra: JSON.Object
    private let turn: Turn.ID?
    private let face: Turn.Face?

    /// A turn that still runs is left out, and so its items belong to none.
    static let query = """
        SELECT item.place, item.public_id, item.kind, item.status, item.json, item.pinned, item.created_at,
            item.deleted_at, item.chain, item.match, item.pair, item.rating, item.edit_of, item.source_id, item.extra,
            item.model, turn.public_id, turn.face, turn.model
        FROM item
        LEFT JOIN turn ON turn.id = item.turn_id AND turn.status <> 'running'
        WHERE item.place BETWEEN ? AND ?
        ORDER BY item.place
        LIMIT ?
        """

    init(_ row: any Row) throws {
        place = Place(key: try row.integer(0))
        id = Identifier(bytes: try row.blob(1))
        kind = ItemContent.Kind(rawValue: try row.text(2)) ?? .other
        status = Item.Status(rawValue: try row.text(3)) ?? .incomplete
        json = try row.text(4)
        pinned = try row.integer(5) == 1
        createdAt = Timestamp(milliseconds: try row.integer(6))
        deletedAt = try row.integerOrNil(7).map(Timestamp.init(milliseconds:))
        chain = try row.blob(8)
        match = try row.blob(9)
        pair = try row.blobOrNil(10)
        rating = try row.integerOrNil(11).map(Int.init)
        editOf = try row.blobOrNil(12).map(Identifier.init(bytes:))
        sourceID = try row.textOrNil(13)
        extra = try row.textOrNil(14).flatMap { try? JSON(parsing: $0).object } ?? .init()
        model = try row.textOrNil(15)
        turn = try row.blobOrNil(16).map(Identifier.init(bytes:))
        face = try row.textOrNil(17).flatMap(Turn.Face.init(rawValue:))
        turnModel = try row.textOrNil(18)
    }

    func content() throws -> ItemContent {
        guard let object = try? JSON(parsing: json.utf8Span.span).object else {
            throw ParleyError(.databaseDamaged, "An item in the database is not JSON. Run `parley database check`.")
        }
        var content = ItemContent(object)
        if deletedAt != nil { content.kind = kind }
        return content
    }

    func item(_ content: ItemContent) -> Item {
        Item(
            id: id,
            place: place,
            content: content,
            status: status,
            createdAt: createdAt,
            turn: turn,
            tokens: nil,
            pinned: pinned,
            rating: rating,
            face: face
        )
    }

    func record(_ content: ItemContent, parent: String?) -> ItemRecord {
        var record = ItemRecord(key: kind.idPrefix + id.digits, parent: parent, content: content)
        record.status = status
        record.createdAt = createdAt
        record.turn = turn?.text
        record.model = model
        record.rating = rating
        record.pinned = pinned
        record.editOf = editOf.map { kind.idPrefix + $0.digits }
        record.sourceID = sourceID
        record.extra = extra
        record.tombstone = deletedAt.map {
            ItemRecord.Tombstone(kind: kind, chain: chain, match: match, pair: pair, deletedAt: $0)
        }
        return record
    }
}
