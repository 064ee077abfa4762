package import Parley

extension Store {
    package func edit(
        _ id: Item.ID,
        in conversation: Conversation.ID,
        to draft: ItemDraft,
        pinned: Bool,
        of owner: User.ID
    ) async throws -> Item {
        let hasher = try hasher(of: owner)
        return try await database.write(.turn) { connection in
            let (row, _) = try ConversationRow.find(conversation, of: owner, connection)
            let original = try Self.item(id, in: row, connection)
            let path = try PathReader.path(to: original.place, connection)
            let parent = PathSegment.cut(path, to: original.place.position - 1).tip
            let writer = ItemWriter(connection: connection, hasher: hasher, conversation: row, endUser: nil)
            guard let place = try writer.appendAtTip([draft], behind: parent).last else {
                throw ParleyError(.internalError, "No item was made.")
            }
            try connection.run(
                "UPDATE item SET edit_of = ?, pinned = ? WHERE place = ?",
                .blob(original.id.bytes),
                .bool(pinned),
                .integer(place.key)
            )
            return Item(draft, at: place, pinned: pinned)
        }
    }

    package func editSummary(
        _ id: Item.ID,
        in conversation: Conversation.ID,
        to summary: String,
        of owner: User.ID
    ) async throws -> Item {
        try await database.write(.turn) { connection in
            let (row, _) = try ConversationRow.find(conversation, of: owner, connection)
            let place = try Self.item(id, in: row, connection).place
            try Compactions.edit(place, summary, connection)
            return try Self.item(id, in: row, connection)
        }
    }

    package func pin(
        _ id: Item.ID,
        in conversation: Conversation.ID,
        _ pinned: Bool,
        of owner: User.ID
    ) async throws -> Item {
        try await database.write(.turn) { connection in
            let (row, _) = try ConversationRow.find(conversation, of: owner, connection)
            var item = try Self.item(id, in: row, connection)
            try connection.run(
                "UPDATE item SET pinned = ? WHERE place = ?",
                .bool(pinned),
                .integer(item.place.key)
            )
            item.pinned = pinned
            return item
        }
    }

    package func rate(
        _ id: Item.ID,
        in conversation: Conversation.ID,
        _ rating: Int?,
        of owner: User.ID
    ) async throws -> Item {
        try await database.write(.turn) { connection in
            let (row, _) = try ConversationRow.find(conversation, of: owner, connection)
            var item = try Self.item(id, in: row, connection)
            try connection.run(
                "UPDATE item SET rating = ? WHERE place = ?",
                .integer(rating),
                .integer(item.place.key)
            )
            try connection.run(
                "UPDATE conversation SET touched_at = ? WHERE id = ?",
                .integer(Timestamp.now.milliseconds),
                .integer(row)
            )
            item.rating = rating
            return item
        }
    }
}
