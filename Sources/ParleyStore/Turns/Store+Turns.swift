package import Parley

extension Store: TurnStore {
    package func accept(_ acceptance: TurnAcceptance) async throws -> TurnAdmission {
        let hasher = try hasher(of: acceptance.owner)
        var matcher: Matcher?
        if case .match = acceptance.target {
            matcher = Matcher(
                acceptance.input.map(\.content),
                hasher: hasher,
                endUser: acceptance.endUser,
                owner: acceptance.owner
            )
        }
        let acceptor = Acceptor(
            acceptance: acceptance,
            hasher: hasher,
            matcher: matcher,
            fingerprint: acceptance.fingerprint.map(Self.digest),
            process: process
        )
        return try await database.write(.turn, acceptor.accept)
    }

    package func settle(_ settlement: TurnSettlement) async throws -> SettledTurn {
        let hasher = try hasher(of: settlement.turn.owner)
        return try await database.write(.turn) { try Self.settle(settlement, hasher, $0) }
    }

    static func settle(
        _ settlement: TurnSettlement,
        _ hasher: ItemHasher,
        _ connection: any Connection
    ) throws -> SettledTurn {
        let turn = settlement.turn
        guard try TurnRow.settle(settlement, row: turn.row, connection) else {
            throw ParleyError(.internalError, "The turn was settled before.")
        }
        try UsageRows.book(settlement, row: turn.row, connection)
        // Those of a turn in the background are kept for a while: it can be watched again.
        try connection.run(
            "DELETE FROM chunk WHERE turn_id = ? AND NOT EXISTS (SELECT 1 FROM turn WHERE id = ? AND background = 1)",
            .integer(turn.row),
            .integer(turn.row)
        )
        guard let conversation = turn.conversationRow else {
            return SettledTurn(status: settlement.status, outputs: [])
        }
        var places: [Place] = []
        if !settlement.outputs.isEmpty {
            let writer = ItemWriter(
                connection: connection,
                hasher: hasher,
                conversation: conversation,
                endUser: turn.endUser
            )
            var hashes = turn.hashes
            places = try writer.insert(
                settlement.outputs,
                at: writer.place(after: turn.inputTip),
                &hashes,
                turn: turn.row
            )
        }
        if settlement.movesTip {
            try ConversationRow.setTip(places.last ?? turn.inputTip, of: conversation, connection)
        }
        return SettledTurn(status: settlement.status, outputs: places)
    }

    package func checkpoint(_ parts: [TurnCheckpoint]) {
        database.enqueue(.turn) { connection in
            for part in parts { try Self.insert(part, connection) }
        }
    }

    package func keep(_ part: TurnCheckpoint) async throws {
        try await database.write(.turn) { try Self.insert(part, $0) }
    }

    private static func insert(_ part: TurnCheckpoint, _ connection: any Connection) throws {
        try connection.run(
            """
            INSERT INTO chunk (turn_id, part, content, created_at)
            SELECT id, ?, ?, ?
            FROM turn
            WHERE id = ?
            AND status = 'running'
            """,
            .integer(part.part),
            .text(ChunkText.write(part.deltas)),
            .integer(Timestamp.now.milliseconds),
            .integer(part.row)
        )
    }
}

extension Store {
    package func turn(_ id: Turn.ID, of owner: User.ID) throws -> Turn {
        let turn = try database.read { connection in
            try connection.row(
                TurnRow.byID,
                .blob(id.bytes),
                .integer(owner.rawValue),
                decode: TurnRow.turn
            )
        }
        guard let turn else { throw ParleyError.notFound("Turn", id.digits) }
        return turn
    }

    package func turns(of conversation: Conversation.ID, limit: Int, owner: User.ID) throws -> [Turn] {
        try database.read { connection in
            let (row, _) = try ConversationRow.find(conversation, of: owner, connection)
            return try connection.rows(
                TurnRow.byConversation,
                .integer(row),
                .integer(limit),
                decode: TurnRow.turn
            )
        }
    }

    package func items(of turn: Turn.ID, owner: User.ID) throws -> (input: [Item], output: [Item]) {
        try database.read { connection in
            let found = try connection.row(
                "SELECT id, input_place, conversation_id FROM turn WHERE public_id = ? AND person_id = ?",
                .blob(turn.bytes),
                .integer(owner.rawValue)
            ) { (try $0.integer(0), try $0.integerOrNil(1).map(Place.init(key:)), try $0.integerOrNil(2)) }
            guard let (row, tip, conversation) = found else { throw ParleyError.notFound("Turn", turn.digits) }
            guard let conversation else { return ([], []) }
            let items = try Self.items(ofTurn: row, around: tip, in: conversation, connection)
            guard let tip else { return ([], items) }
            return (
                items.filter { $0.place.branch == tip.branch && $0.place.position <= tip.position },
                items.filter { $0.place.branch != tip.branch || $0.place.position > tip.position }
            )
        }
    }

    /// The items that came in or out with a turn.
    ///
    /// They stand around its last input item, or on a branch that leaves it there, so no index by turn is needed.
    static func items(
        ofTurn row: Int64,
        around tip: Place?,
        in conversation: Int64,
        _ connection: any Connection
    ) throws -> [Item] {
        let branches = try (tip.map { [$0.branch] } ?? []) + branches(from: tip, of: conversation, connection)
        let position = tip?.position ?? 0
        let counts = try connection.row(
            "SELECT input_count, output_count FROM turn WHERE id = ?",
            .integer(row)
        ) { (try $0.integer(0), try $0.integer(1)) }
        // A turn that still runs, or was recovered, has not counted what it put out.
        let (before, behind) = (max(4096, counts?.0 ?? 0), max(256, counts?.1 ?? 0))
        return try branches.flatMap { branch in
            try connection.rows(
                """
                SELECT \(ItemRow.columns)
                FROM item
                WHERE item.place BETWEEN ? AND ?
                AND item.turn_id = ?
                AND item.deleted_at IS NULL
                ORDER BY item.place
                """,
                .integer(Place(branch: branch, position: max(1, position - before)).key),
                .integer(Place(branch: branch, position: position + behind).key),
                .integer(row)
            ) { try ItemRow.item($0) }
        }
        .map { try Blobs.resolve($0, connection) }
    }

    /// The branches that leave a path at `place`, or begin one.
    private static func branches(
        from place: Place?,
        of conversation: Int64,
        _ connection: any Connection
    ) throws -> [Int64] {
        guard let place else {
            return try connection.rows(
                "SELECT id FROM branch WHERE conversation_id = ? AND parent_branch_id IS NULL",
                .integer(conversation)
            ) { try $0.integer(0) }
        }
        return try connection.rows(
            """
            SELECT id
            FROM branch
            WHERE conversation_id = ?
            AND parent_branch_id = ?
            AND fork_position = ?
            """,
            .integer(conversation),
            .integer(place.branch),
            .integer(place.position)
        ) { try $0.integer(0) }
    }
}
