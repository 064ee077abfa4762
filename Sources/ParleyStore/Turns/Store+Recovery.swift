import Parley

extension Store {
    /// Ends every turn that another process left running.
    ///
    /// Whoever holds the database knows that the others are dead. What they had said is kept as an incomplete item on a
    /// side branch; the active path stays where it was.
    func recover() async throws {
        let dead = try database.read { connection in
            try connection.rows(
                """
                SELECT id, public_id, person_id, conversation_id, input_place
                FROM turn
                WHERE status = 'running'
                AND process_id <> ?
                """,
                .integer(process)
            ) { row in
                DeadTurn(
                    row: try row.integer(0),
                    id: Identifier(bytes: try row.blob(1)),
                    owner: .init(try row.integer(2)),
                    conversation: try row.integerOrNil(3),
                    inputTip: try row.integerOrNil(4).map(Place.init(key:))
                )
            }
        }
        for turn in dead {
            do {
                try await recover(turn)
            } catch let error as ParleyError where error.code == .databaseDamaged || error.code == .notFound {
                // One turn that cannot be put in order must not keep the others from being read.
                try await giveUp(turn)
            }
        }
    }

    private struct DeadTurn: Sendable {
        var row: Int64
        var id: Turn.ID
        var owner: User.ID
        var conversation: Int64?
        var inputTip: Place?
    }

    private func giveUp(_ turn: DeadTurn) async throws {
        _ = try await database.write(.maintenance) { connection in
            try connection.run(
                "UPDATE turn SET status = 'failed', reason = 'crash', reserved_tokens = 0 WHERE id = ?",
                .integer(turn.row)
            )
        }
    }

    private func recover(_ turn: DeadTurn) async throws {
        let hasher = try hasher(of: turn.owner)
        try await database.write(.maintenance) { connection in
            let kept = try ChunkRow.answer(of: turn.row, connection)
            var accepted = AcceptedTurn(
                id: turn.id,
                row: turn.row,
                conversation: nil,
                conversationRow: turn.conversation,
                inputTip: turn.inputTip,
                hashes: PathHashes(),
                endUser: nil,
                owner: turn.owner
            )
            if let conversation = turn.conversation {
                let writer = ItemWriter(
                    connection: connection,
                    hasher: hasher,
                    conversation: conversation,
                    endUser: nil
                )
                accepted.hashes = try writer.hashes(at: turn.inputTip, beforeModelItem: true)
            }
            _ = try Self.settle(
                TurnSettlement(
                    turn: accepted,
                    status: .failed,
                    reason: "crash",
                    outputs: turn.conversation == nil ? [] : kept.items(of: turn.id),
                    movesTip: false,
                    model: nil,
                    finish: nil,
                    usage: nil,
                    cost: nil,
                    choices: nil
                ),
                hasher,
                connection
            )
        }
    }
}
