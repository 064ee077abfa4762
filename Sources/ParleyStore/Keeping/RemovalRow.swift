import Parley

/// How rows of the `removal` table become reports.
enum RemovalRow {
    static let columns = """
        removal.public_id, removal.reason, removal.actor, removal.filter, \(RemovalCounts.columns), removal.started_at,
        removal.finished_at, removal.emptied_at
        """

    static func removal(_ row: any Row) throws -> Removal {
        Removal(
            id: Identifier(bytes: try row.blob(0)),
            reason: Removal.Reason(rawValue: try row.text(1)) ?? .asked,
            actor: try row.text(2),
            filter: (try? JSON(parsing: row.text(3)))?.object ?? .init(),
            counts: try RemovalCounts(row, from: 4),
            startedAt: Timestamp(milliseconds: try row.integer(9)),
            finishedAt: try row.integerOrNil(10).map(Timestamp.init(milliseconds:)),
            emptiedAt: try row.integerOrNil(11).map(Timestamp.init(milliseconds:))
        )
    }

    static func find(_ number: Int64, _ connection: any Connection) throws -> Removal {
        let found = try connection.row(
            "SELECT \(columns) FROM removal WHERE id = ?",
            .integer(number),
            decode: removal
        )
        guard let found else { throw ParleyError.notFound("Prune", number) }
        return found
    }

    /// - Returns: the new row.
    static func insert(
        _ id: Removal.ID,
        _ request: RemovalRequest,
        of owner: User.ID?,
        _ connection: any Connection
    ) throws -> Int64 {
        let row = try connection.row(
            """
            INSERT INTO removal (public_id, person_id, reason, actor, filter, conversations, items, turns, tokens,
                bytes, started_at)
            VALUES (?, ?, ?, ?, ?, 0, 0, 0, 0, 0, ?)
            RETURNING id
            """,
            .blob(id.bytes),
            .integer(owner?.rawValue),
            .text(request.reason.rawValue),
            .text(request.actor.user),
            .text(JSON.object(request.report).text),
            .integer(Timestamp.now.milliseconds)
        ) { try $0.integer(0) }
        guard let row else { throw ParleyError(.internalError, "No prune was begun.") }
        return row
    }

    static func add(_ counts: RemovalCounts, to table: String, _ row: Int64, _ connection: any Connection) throws {
        try connection.run(
            """
            UPDATE \(table)
            SET conversations = conversations + ?, items = items + ?, turns = turns + ?, tokens = tokens + ?,
                bytes = bytes + ?
            WHERE id = ?
            """,
            .integer(counts.conversations),
            .integer(counts.items),
            .integer(counts.turns),
            .integer(counts.tokens),
            .integer(counts.bytes),
            .integer(row)
        )
    }
}

extension RemovalCounts {
    /// The columns that ``init(_:from:)`` reads, of any table that has them.
    static let columns = "conversations, items, turns, tokens, bytes"

    /// Of a conversation.
    init(_ weight: ConversationStatistics) {
        self.init()
        conversations = weight.conversations
        items = weight.items
        turns = weight.turns
        tokens = weight.tokens
        bytes = weight.bytes
    }

    init(_ row: any Row, from column: Int) throws {
        self.init()
        conversations = try row.integer(column)
        items = try row.integer(column + 1)
        turns = try row.integer(column + 2)
        tokens = try row.integer(column + 3)
        bytes = try row.integer(column + 4)
    }
}
