package import Parley

extension Store: ConversationStore {
    package func createConversation(_ new: NewConversation, of owner: User.ID) async throws -> Conversation {
        let hasher = try hasher(of: owner)
        let id = Conversation.ID.random()
        return try await database.write(.turn) { connection in
            let row = try ConversationRow.insert(new, id: id, of: owner, connection)
            if !new.items.isEmpty {
                let writer = ItemWriter(connection: connection, hasher: hasher, conversation: row, endUser: nil)
                _ = try writer.appendAtTip(new.items, behind: nil)
            }
            return try ConversationRow.complete(ConversationRow.find(id, of: owner, connection), connection)
        }
    }

    package func conversation(_ id: Conversation.ID, of owner: User.ID) throws -> Conversation {
        try database.read { connection in
            try ConversationRow.complete(ConversationRow.find(id, of: owner, connection), connection)
        }
    }

    package func updateConversation(
        _ id: Conversation.ID,
        _ change: ConversationChange,
        of owner: User.ID
    ) async throws -> Conversation {
        try await database.write(.turn) { connection in
            let (row, old) = try ConversationRow.find(id, of: owner, connection)
            if let metadata = change.metadata { try ConversationRow.setMetadata(metadata, of: row, connection) }
            if let tags = change.tags { try ConversationRow.setTags(tags, of: row, connection) }
            try Self.apply(change, to: old, row, connection)
            return try ConversationRow.complete(ConversationRow.find(id, of: owner, connection), connection)
        }
    }

    private static func apply(
        _ change: ConversationChange,
        to old: Conversation,
        _ row: Int64,
        _ connection: any Connection
    ) throws {
        try connection.run(
            """
            UPDATE conversation
            SET title = ?, pinned = ?, archived = ?, held = ?, model = ?, instructions = ?, context_policy = ?,
                context_budget = ?, touched_at = ?
            WHERE id = ?
            """,
            .text(change.title ?? old.title),
            .bool(change.pinned ?? old.pinned),
            .bool(change.archived ?? old.archived),
            .bool(change.held ?? old.held),
            .text(change.model.applied(to: old.settings.model)),
            .text(change.instructions.applied(to: old.settings.instructions)),
            .text(change.policy.applied(to: old.settings.policy)?.rawValue),
            .integer(change.budget.applied(to: old.settings.budget)),
            .integer(Timestamp.now.milliseconds),
            .integer(row)
        )
    }

    package func deleteConversation(_ id: Conversation.ID, of owner: User.ID) async throws {
        let changed = try await database.write(.turn) { connection in
            try connection.run(
                "UPDATE conversation SET deleted_at = ? WHERE public_id = ? AND \(ConversationRow.isVisible)",
                .integer(Timestamp.now.milliseconds),
                .blob(id.bytes),
                .integer(owner.rawValue)
            )
        }
        guard changed == 1 else { throw ParleyError.notFound("Conversation", id.text) }
    }
}
