import Parley

/// How rows of the `conversation` table become conversations, and what is written of them.
enum ConversationRow {
    static let columns = """
        conversation.id, conversation.public_id, conversation.title, conversation.created_at, conversation.updated_at,
        conversation.item_count, conversation.model, conversation.instructions, conversation.context_policy,
        conversation.context_budget, conversation.pinned, conversation.archived, conversation.held,
        conversation.deleted_at
        """

    /// What every lookup by id asks: it is the owner's and not deleted.
    static let isVisible = "conversation.person_id = ? AND conversation.deleted_at IS NULL"

    /// It is the owner's, and deleted but not purged.
    static let isRestorable = """
        conversation.person_id = ? AND conversation.deleted_at IS NOT NULL AND conversation.removal_id IS NULL
        """

    static func conversation(_ row: any Row) throws -> (row: Int64, Conversation) {
        let conversation = Conversation(
            id: Identifier(bytes: try row.blob(1)),
            title: try row.text(2),
            createdAt: Timestamp(milliseconds: try row.integer(3)),
            updatedAt: Timestamp(milliseconds: try row.integer(4)),
            itemCount: Int(try row.integer(5)),
            settings: Conversation.Settings(
                model: try row.textOrNil(6),
                instructions: try row.textOrNil(7),
                policy: try row.textOrNil(8).flatMap(ContextPolicy.init(rawValue:)),
                budget: try row.integerOrNil(9).map(Int.init)
            ),
            metadata: [:],
            tags: [],
            pinned: try row.integer(10) == 1,
            archived: try row.integer(11) == 1,
            held: try row.integer(12) == 1,
            deletedAt: try row.integerOrNil(13).map(Timestamp.init(milliseconds:))
        )
        return (try row.integer(0), conversation)
    }

    /// Adds metadata and tags, which have tables of their own.
    static func complete(
        _ found: (row: Int64, Conversation),
        _ connection: any Connection
    ) throws -> Conversation {
        var (row, conversation) = found
        let pairs = try connection.rows(
            "SELECT name, value FROM conversation_metadata WHERE conversation_id = ?",
            .integer(row)
        ) { (try $0.text(0), try $0.text(1)) }
        conversation.metadata = Dictionary(pairs) { first, _ in first }
        conversation.tags = try connection.rows(
            "SELECT tag FROM conversation_tag WHERE conversation_id = ? ORDER BY tag",
            .integer(row)
        ) { try $0.text(0) }
        return conversation
    }

    static func find(
        _ id: Conversation.ID,
        of owner: User.ID,
        _ connection: any Connection
    ) throws -> (row: Int64, Conversation) {
        let found = try connection.row(
            "SELECT \(columns) FROM conversation WHERE public_id = ? AND \(isVisible)",
            .blob(id.bytes),
            .integer(owner.rawValue),
            decode: conversation
        )
        guard let found else { throw ParleyError.notFound("Conversation", id.text) }
        return found
    }

    /// - Returns: the new row.
    static func insert(
        _ new: NewConversation,
        id: Conversation.ID,
        of owner: User.ID,
        hidden: Bool = false,
        _ connection: any Connection
    ) throws -> Int64 {
        let now = Value.integer(Timestamp.now.milliseconds)
        let row = try connection.row(
            """
            INSERT INTO conversation (person_id, public_id, title, item_count, model, instructions, context_policy,
                context_budget, pinned, archived, hidden, created_at, updated_at)
            VALUES (?, ?, ?, 0, ?, ?, ?, ?, 0, 0, ?, ?, ?)
            RETURNING id
            """,
            .integer(owner.rawValue),
            .blob(id.bytes),
            .text(new.title),
            .text(new.settings.model),
            .text(new.settings.instructions),
            .text(new.settings.policy?.rawValue),
            .integer(new.settings.budget),
            .bool(hidden),
            now,
            now
        ) { try $0.integer(0) }
        guard let row else { throw ParleyError(.internalError, "No conversation was made.") }
        try setMetadata(new.metadata, of: row, connection)
        return row
    }

    static func setMetadata(_ metadata: [String: String], of row: Int64, _ connection: any Connection) throws {
        try connection.run("DELETE FROM conversation_metadata WHERE conversation_id = ?", .integer(row))
        for (name, value) in metadata {
            try connection.run(
                "INSERT INTO conversation_metadata (conversation_id, name, value) VALUES (?, ?, ?)",
                .integer(row),
                .text(name),
                .text(value)
            )
        }
    }

    static func setTags(_ tags: [String], of row: Int64, _ connection: any Connection) throws {
        try connection.run("DELETE FROM conversation_tag WHERE conversation_id = ?", .integer(row))
        for tag in Set(tags) {
            try connection.run(
                "INSERT INTO conversation_tag (conversation_id, tag) VALUES (?, ?)",
                .integer(row),
                .text(tag)
            )
        }
    }

    /// Makes `tip` the end of the active path.
    static func setTip(_ tip: Place?, of row: Int64, _ connection: any Connection) throws {
        try connection.run(
            """
            UPDATE conversation
            SET tip_branch_id = ?, tip_position = ?, item_count = ?, updated_at = ?
            WHERE id = ?
            """,
            .integer(tip?.branch),
            .integer(tip?.position),
            .integer(try tip.map { try itemCount(to: $0, of: row, connection) } ?? 0),
            .integer(Timestamp.now.milliseconds),
            .integer(row)
        )
    }

    /// A path is as long as its last position, less the tombstones on it, which most conversations have none of.
    static func itemCount(to tip: Place, of row: Int64, _ connection: any Connection) throws -> Int64 {
        let deleted = try connection.rows(
            "SELECT place FROM item WHERE conversation_id = ? AND deleted_at IS NOT NULL",
            .integer(row)
        ) { Place(key: try $0.integer(0)) }
        guard !deleted.isEmpty else { return tip.position }
        let path = try PathReader.path(to: tip, connection)
        let onPath = deleted.filter { place in
            path.contains { $0.branch == place.branch && ($0.first...$0.last).contains(place.position) }
        }
        return tip.position - Int64(onPath.count)
    }
}
