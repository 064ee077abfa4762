package import Parley

extension Store {
    package func deleteResponse(_ id: Turn.ID, of owner: User.ID) async throws {
        try await database.write(.turn) { connection in
            let found = try connection.row(
                """
                \(Self.selectResponse)
                AND turn.status <> 'running'
                """,
                .blob(id.bytes),
                .integer(owner.rawValue)
            ) { (try $0.integer(0), try $0.integerOrNil(2).map(Place.init(key:)), try $0.integerOrNil(3)) }
            guard let (row, tip, conversation) = found else {
                throw ParleyError.notFound("Response", Turn.Face.response.idPrefix + id.digits)
            }
            try connection.run(
                """
                UPDATE turn
                SET stored = 0, deleted_at = ?, parameters = NULL, instructions = NULL, choices = NULL, metadata = NULL
                WHERE id = ?
                """,
                .integer(Timestamp.now.milliseconds),
                .integer(row)
            )
            try Blobs.release(turn: row, connection)
            try connection.run("DELETE FROM chunk WHERE turn_id = ?", .integer(row))
            if let conversation { try Self.buryUnneeded(row, at: tip, in: conversation, connection) }
        }
    }

    /// Takes the text of a deleted response, and of deleted ones before it, unless another turn stands on it.
    ///
    /// What is on the active path of a conversation that people see stays: it is theirs.
    private static func buryUnneeded(
        _ turn: Int64,
        at inputTip: Place?,
        in conversation: Int64,
        _ connection: any Connection
    ) throws {
        let active = try activePath(of: conversation, connection)
        var (turn, inputTip) = (turn, inputTip)
        while true {
            let places = try places(ofTurn: turn, around: inputTip, in: conversation, connection)
            guard let first = places.first, let last = places.last,
                !active.contains(where: { $0.contains(last) }), try !isStoodOn(last, in: conversation, connection)
            else { return }
            for place in places { try bury(place, connection) }
            guard let before = try deletedTurn(before: first, connection) else { return }
            (turn, inputTip) = before
        }
    }

    /// The path that is shown; none of a conversation that was made for responses.
    private static func activePath(of conversation: Int64, _ connection: any Connection) throws -> [PathSegment] {
        let tip = try connection.row(
            """
            SELECT tip_branch_id, tip_position
            FROM conversation
            WHERE id = ?
            AND hidden = 0
            AND tip_position IS NOT NULL
            """,
            .integer(conversation)
        ) { Place(branch: try $0.integer(0), position: try $0.integer(1)) }
        return try tip.map { try PathReader.path(to: $0, connection) } ?? []
    }

    /// Whether living items stand behind a place, on its branch or on those that leave it there.
    private static func isStoodOn(
        _ place: Place,
        in conversation: Int64,
        _ connection: any Connection
    ) throws -> Bool {
        try connection.row(
            """
            SELECT 1
            FROM item
            WHERE place = ?
            AND deleted_at IS NULL
            UNION ALL
            SELECT 1
            FROM branch
            JOIN item ON item.place BETWEEN (branch.id << 24) AND (branch.id << 24 | \(Place.lastPosition))
            WHERE branch.conversation_id = ?
            AND branch.parent_branch_id = ?
            AND branch.fork_position = ?
            AND item.deleted_at IS NULL
            LIMIT 1
            """,
            .integer(place.key + 1),
            .integer(conversation),
            .integer(place.branch),
            .integer(place.position)
        ) { try $0.integer(0) } != nil
    }

    /// The turn whose items end before a place, if it was deleted; its row and its last input item.
    private static func deletedTurn(
        before place: Place,
        _ connection: any Connection
    ) throws -> (Int64, Place)? {
        let path = try PathReader.path(to: place, connection)
        guard let parent = PathSegment.cut(path, to: place.position - 1).tip else { return nil }
        return try connection.row(
            """
            SELECT turn.id, turn.input_place
            FROM item
            JOIN turn ON turn.id = item.turn_id
            WHERE item.place = ?
            AND turn.deleted_at IS NOT NULL
            AND turn.input_place IS NOT NULL
            """,
            .integer(parent.key)
        ) { (try $0.integer(0), Place(key: try $0.integer(1))) }
    }
}
