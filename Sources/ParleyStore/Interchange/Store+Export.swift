package import Parley

extension Store {
    package func exportable(_ filter: ConversationFilter, of owner: User.ID) async throws -> [ExportID] {
        let conditions = ConversationConditions(filter, database.dialect)
        return try await database.readLong { connection in
            let rows = try connection.rows(
                """
                SELECT conversation.id
                FROM conversation
                WHERE \(ConversationRow.isVisible)
                AND conversation.hidden = 0
                """ + conditions.sql,
                [.integer(owner.rawValue)] + conditions.arguments
            ) { try $0.integer(0) }
            return rows.sorted().map(ExportID.init(row:))
        }
    }

    package func exportable(_ conversation: Conversation.ID, of owner: User.ID) throws -> ExportID {
        try database.read { ExportID(row: try ConversationRow.find(conversation, of: owner, $0).row) }
    }

    package func exported(
        _ id: ExportID,
        _ scope: ExportScope,
        of owner: User.ID
    ) async throws -> ExportedConversation? {
        try await database.readLong { try ExportReader(connection: $0, owner: owner).read(id, scope) }
    }

    package func items(
        of conversation: ExportedConversation,
        after cursor: ExportCursor?
    ) async throws -> ExportPage<ExportedItem> {
        try await database.readLong { try ItemPager(connection: $0, conversation: conversation).page(after: cursor) }
    }

    package func turns(
        of conversation: ExportedConversation,
        after cursor: ExportCursor?
    ) async throws -> ExportPage<TurnRecord> {
        try await database.readLong { try TurnPager(connection: $0, conversation: conversation).page(after: cursor) }
    }
}
