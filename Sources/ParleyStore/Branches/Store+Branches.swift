package import Parley

extension Store {
    package func branches(
        _ query: BranchQuery,
        in conversation: Conversation.ID,
        of owner: User.ID
    ) async throws -> Page<Branch> {
        try await database.readLong { connection in
            let (row, _) = try ConversationRow.find(conversation, of: owner, connection)
            let lines = try BranchReader(connection: connection, conversation: row).page(query)
            return Page(elements: Array(lines.prefix(query.limit)), hasMore: lines.count > query.limit)
        }
    }

    package func moveTip(
        of conversation: Conversation.ID,
        to item: Item.ID,
        follow: Bool,
        of owner: User.ID
    ) async throws {
        // A tree can have very many lines: they are looked through before the write.
        let leaf = try await follow ? leaf(under: item, in: conversation, of: owner) : nil
        try await database.write(.turn) { connection in
            let (row, _) = try ConversationRow.find(conversation, of: owner, connection)
            let item = try Self.item(item, in: row, connection)
            try ConversationRow.setTip(leaf ?? item.place, of: row, connection)
        }
    }

    private func leaf(under item: Item.ID, in conversation: Conversation.ID, of owner: User.ID) async throws -> Place? {
        try await database.readLong { connection in
            let (row, _) = try ConversationRow.find(conversation, of: owner, connection)
            let item = try Self.item(item, in: row, connection)
            return try BranchReader(connection: connection, conversation: row).newestEnd(under: item.place)
        }
    }
}
