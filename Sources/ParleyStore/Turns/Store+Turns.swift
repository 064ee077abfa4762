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
            parameters: acceptance.parameters.map(TurnParameters.init),
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
        if let rest = settlement.rest { try ChunkRow.insert(rest, connection) }
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
            for part in parts { try ChunkRow.insert(part, connection) }
        }
    }

    package func keep(_ part: TurnCheckpoint) async throws {
        try await database.write(.turn) { try ChunkRow.insert(part, $0) }
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
            ).map { try TurnParameters.complete($0, connection) }
        }
        guard let turn else { throw ParleyError.notFound("Turn", id.digits) }
        return turn
    }

    package func turns(
        of conversation: Conversation.ID,
        after: Turn.ID?,
        limit: Int,
        owner: User.ID
    ) throws -> Page<Turn> {
        try database.read { connection in
            let (row, _) = try ConversationRow.find(conversation, of: owner, connection)
            let turns = try connection.rows(
                TurnRow.byConversation,
                .integer(row),
                .integer(try after.map { try TurnRow.row(of: $0, in: row, connection) } ?? .max),
                .integer(limit + 1),
                decode: TurnRow.turn
            )
            return Page(
                elements: try turns.prefix(limit).map { try TurnParameters.complete($0, connection) },
                hasMore: turns.count > limit
            )
        }
    }
}
