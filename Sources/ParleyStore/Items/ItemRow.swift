import Parley

/// How rows of the `item` table become items.
enum ItemRow {
    /// The columns that ``item(_:in:)`` reads, of the table under the name `item`.
    static let columns = """
        item.place, item.public_id, item.kind, item.status, item.json, item.tokens, item.pinned, item.created_at,
        item.rating
        """

    /// The number of the column behind ``columns``.
    static let end = 9

    /// The columns of its turn, joined under the name `turn`, that may follow.
    static let turnColumns = "turn.public_id, turn.face"

    /// The number of the column behind ``turnColumns``.
    static let turnEnd = end + 2

    /// The item of the current row, which may go on with ``turnColumns``.
    static func item(_ row: any Row, hasTurn: Bool = false) throws -> Item {
        let text = try row.text(4)
        guard let json = try? JSON(parsing: text.utf8Span.span), let object = json.object else {
            throw ParleyError(.databaseDamaged, "An item in the database is not JSON. Run `parley database check`.")
        }
        return Item(
            id: Identifier(bytes: try row.blob(1)),
            place: Place(key: try row.integer(0)),
            content: ItemContent(object),
            status: Item.Status(rawValue: try row.text(3)) ?? .incomplete,
            createdAt: Timestamp(milliseconds: try row.integer(7)),
            turn: hasTurn ? try row.blobOrNil(end).map(Identifier.init(bytes:)) : nil,
            tokens: try row.integerOrNil(5).map(Int.init),
            pinned: try row.integer(6) == 1,
            rating: try row.integerOrNil(8).map(Int.init),
            face: hasTurn ? try row.textOrNil(end + 1).flatMap(Turn.Face.init(rawValue:)) : nil
        )
    }
}
