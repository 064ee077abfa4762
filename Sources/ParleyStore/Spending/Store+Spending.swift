package import Parley

extension Store: SpendingStore {
    package func allowance(of spender: Spender) -> Allowance {
        allowances[spender]
    }

    package func setAllowance(
        _ change: [Allowance.Measure: Int64?],
        of spender: Spender,
        named subject: String,
        by actor: AuditEvent.Actor
    ) async throws -> Allowance {
        let names = change.sorted { $0.key.rawValue < $1.key.rawValue }
        let details = JSON.Object(names.map { .init(name: $0.key.rawValue, value: $0.key.json($0.value)) })
        let event = AuditEvent(.budgetChanged, by: actor, subject: subject, details: details)
        let read = try await database.write(.turn) { [allowances] connection in
            for (measure, amount) in names { try Self.set(measure, amount, of: spender, connection) }
            // Worked out anew: nothing was added while there was no limit.
            try connection.run(
                "DELETE FROM spending WHERE person_id = ? AND api_key_id = ?",
                .integer(spender.user.rawValue),
                .integer(try SpendingRows.line(of: spender, connection).keyRow)
            )
            try Self.audit(event, connection)
            return try allowances.read(connection)
        }
        allowances.take(read)
        return read.known[spender] ?? Allowance()
    }

    package func reserve(_ reservation: Reservation) async throws {
        try await database.write(.turn) { [process] in
            try SpendingRows.reserve(reservation, process: process, $0)
        }
    }

    package func spent(by spender: Spender, in period: Period) throws -> Spent {
        try database.read { connection in
            let line = try SpendingRows.line(of: spender, connection)
            return try SpendingRows.spent(by: line, in: period, connection)
                ?? SpendingRows.sum(line, period, connection)
        }
    }

    /// Every limit that was set.
    static func allowances(_ connection: any Connection) throws -> [Spender: Allowance] {
        var allowances: [Spender: Allowance] = [:]
        let rows = try connection.rows("SELECT person_id, api_key_id, measure, amount FROM allowance") { row in
            (
                spender: Spender(user: .init(try row.integer(0)), keyRow: try row.integer(1)),
                measure: Allowance.Measure(rawValue: try row.text(2)), amount: try row.integer(3)
            )
        }
        for row in rows {
            if let measure = row.measure { allowances[row.spender, default: Allowance()][measure] = row.amount }
        }
        return allowances
    }

    private static func set(
        _ measure: Allowance.Measure,
        _ amount: Int64?,
        of spender: Spender,
        _ connection: any Connection
    ) throws {
        guard let amount else {
            try connection.run(
                "DELETE FROM allowance WHERE person_id = ? AND api_key_id = ? AND measure = ?",
                .integer(spender.user.rawValue),
                .integer(spender.keyRow),
                .text(measure.rawValue)
            )
            return
        }
        try connection.run(
            """
            INSERT INTO allowance (person_id, api_key_id, measure, amount)
            VALUES (?, ?, ?, ?)
            ON CONFLICT (person_id, api_key_id, measure) DO UPDATE SET amount = excluded.amount
            """,
            .integer(spender.user.rawValue),
            .integer(spender.keyRow),
            .text(measure.rawValue),
            .integer(amount)
        )
    }
}
