package import Parley

extension Store {
    package func conversation(
        from origin: ConversationOrigin,
        of owner: User.ID
    ) async throws -> Conversation.ID {
        if let known = try database.read({ try Self.conversation(from: origin, of: owner, $0) }) { return known }
        return try await database.write(.turn) { try Self.makeConversation(from: origin, of: owner, $0) }
    }

    static let selectByOrigin = """
        SELECT conversation.public_id
        FROM conversation
        WHERE \(ConversationRow.isVisible)
        AND conversation.source = ?
        AND conversation.source_id = ?
        """

    private static func conversation(
        from origin: ConversationOrigin,
        of owner: User.ID,
        _ connection: any Connection
    ) throws -> Conversation.ID? {
        try connection.row(
            selectByOrigin,
            .integer(owner.rawValue),
            .text(origin.source),
            .text(origin.id)
        ) { Identifier(bytes: try $0.blob(0)) }
    }

    private static func makeConversation(
        from origin: ConversationOrigin,
        of owner: User.ID,
        _ connection: any Connection
    ) throws -> Conversation.ID {
        try connection.run(
            """
            UPDATE conversation
            SET source = NULL, source_id = NULL
            WHERE person_id = ?
            AND source = ?
            AND source_id = ?
            AND deleted_at IS NOT NULL
            """,
            .integer(owner.rawValue),
            .text(origin.source),
            .text(origin.id)
        )
        let now = Value.integer(Timestamp.now.milliseconds)
        let id = try connection.row(
            """
            INSERT INTO conversation (person_id, public_id, title, item_count, pinned, archived, hidden, source,
                source_id, created_at, updated_at)
            VALUES (?, ?, '', 0, 0, 0, 0, ?, ?, ?, ?)
            ON CONFLICT (person_id, source, source_id) WHERE source IS NOT NULL DO UPDATE
            SET source = excluded.source
            RETURNING public_id
            """,
            .integer(owner.rawValue),
            .blob(Conversation.ID.random().bytes),
            .text(origin.source),
            .text(origin.id),
            now,
            now
        ) { try $0.blob(0) }
        guard let id else { throw ParleyError(.internalError, "No conversation was made.") }
        return Identifier(bytes: id)
    }

    /// Makes the active path empty and takes the instructions away; every item stays where it is.
    static func startOver(_ id: Conversation.ID, of owner: User.ID, _ connection: any Connection) throws {
        let (row, _) = try ConversationRow.find(id, of: owner, connection)
        try ConversationRow.setTip(nil, of: row, connection)
        try connection.run(
            "UPDATE conversation SET context_cut = NULL, instructions = NULL WHERE id = ?",
            .integer(row)
        )
    }
}
