import Parley

extension TurnRow {
    /// Takes away what was said in turns, and what could be fetched of them.
    ///
    /// With ``Purge/Fate/detach`` their numbers stay, without the fingerprint of what was asked.
    static func forget(
        _ rows: [Int64],
        of owner: User.ID,
        _ fate: Purge.Fate,
        _ connection: any Connection
    ) throws {
        guard !rows.isEmpty else { return }
        let marks = rows.map { _ in "?" }.joined(separator: ", ")
        let values = rows.map { Value.integer($0) }
        try connection.run("DELETE FROM chunk WHERE turn_id IN (\(marks))", values)
        try connection.run(
            "DELETE FROM idempotency WHERE person_id = ? AND turn_id IN (\(marks))",
            [.integer(owner.rawValue)] + values
        )
        for row in rows { try Blobs.release(turn: row, connection) }
        switch fate {
        case .delete: try connection.run("DELETE FROM turn WHERE id IN (\(marks))", values)
        case .detach:
            try connection.run(
                """
                UPDATE turn
                SET conversation_id = NULL, stored = 0, deleted_at = ?, fingerprint = NULL, instructions = NULL,
                    metadata = NULL, parameters = NULL, choices = NULL, input_place = NULL,
                    system_fingerprint = NULL, service_tier = NULL
                WHERE id IN (\(marks))
                """,
                [.integer(Timestamp.now.milliseconds)] + values
            )
        }
    }
}
