package import Parley

extension Store {
    package func deleteItem(_ id: Item.ID, in conversation: Conversation.ID, of owner: User.ID) async throws {
        try await database.write(.turn) { connection in
            let head = try Self.head(conversation, owner, connection)
            let item = try Self.item(id, in: head.row, connection)
            let doomed = try [item] + Self.partner(of: item, on: head, connection)
            for item in doomed { try Self.bury(item.place, connection) }
            try IdempotencyRow.forgetAnswers(showing: doomed.map(\.id.bytes), connection)
            try Self.retreat(head, connection)
        }
    }

    /// The result of a call, or the call of a result: neither stays without the other.
    ///
    /// Ids of calls may come again, so of several the one that is nearest on the right side is meant.
    private static func partner(
        of item: Item,
        on head: ConversationHead,
        _ connection: any Connection
    ) throws -> [Item] {
        let isCall = item.content.kind == .functionCall
        guard let callID = item.content.callID, isCall || item.content.kind == .functionCallOutput else { return [] }
        var nearest: Item?
        try PathReader.visit(head.path, connection) { other in
            let isBelow = other.place.position > item.place.position
            guard isBelow == isCall, other.place.position != item.place.position else { return isBelow || !isCall }
            if other.content.callID == callID, other.content.kind == (isCall ? .functionCallOutput : .functionCall) {
                nearest = other
            }
            return isCall || nearest == nil
        }
        return nearest.map { [$0] } ?? []
    }

    /// Leaves a tombstone: the hashes stay, so that the path below keeps its evidence; the text goes.
    static func bury(_ place: Place, _ connection: any Connection) throws {
        try SearchIndex.forget(place, connection)
        try connection.run(
            """
            UPDATE item
            SET json = '{}', tokens = NULL, pinned = 0, extra = NULL, source_id = NULL, deleted_at = ?
            WHERE place = ?
            """,
            .integer(Timestamp.now.milliseconds),
            .integer(place.key)
        )
        try connection.run("DELETE FROM item_metadata WHERE place = ?", .integer(place.key))
        try connection.run("DELETE FROM compaction WHERE place = ?", .integer(place.key))
        try connection.run(
            """
            DELETE FROM chunk
            WHERE turn_id IN (
                SELECT turn.id
                FROM item
                JOIN turn ON turn.id = item.turn_id
                WHERE item.place = ?
                AND turn.status <> 'running'
            )
            """,
            .integer(place.key)
        )
        try Blobs.release(place, connection)
    }

    /// Moves the tip up to the last item that is still there.
    private static func retreat(_ head: ConversationHead, _ connection: any Connection) throws {
        var tip: Place?
        try PathReader.visit(head.path, connection) { item in
            tip = item.place
            return false
        }
        try ConversationRow.setTip(tip, of: head.row, connection)
    }
}
