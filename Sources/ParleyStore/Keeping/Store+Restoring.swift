package import Parley

extension Store {
    package func restoreConversation(_ id: Conversation.ID, of owner: User.ID) async throws -> Conversation {
        try await database.write(.turn) { connection in
            try connection.run(
                """
                UPDATE conversation
                SET deleted_at = NULL, touched_at = ?
                WHERE public_id = ?
                AND hidden = 0
                AND \(ConversationRow.isRestorable)
                """,
                .integer(Timestamp.now.milliseconds),
                .blob(id.bytes),
                .integer(owner.rawValue)
            )
            return try ConversationRow.complete(ConversationRow.find(id, of: owner, connection), connection)
        }
    }
}
