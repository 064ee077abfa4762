import Parley

/// Sets aside, books and gives back, inside the jobs of a turn.
enum SpendingRows {
    /// Sets aside the most that a turn can take.
    ///
    /// Costs a fixed number of probes: the sums are kept, not worked out.
    /// - Throws: ``ParleyError/Code/quotaExceeded``; the job's savepoint takes back what was set aside so far.
    static func reserve(_ reservation: Reservation, process: Int64, _ connection: any Connection) throws {
        for budget in reservation.budgets {
            let period = Period(budget.span, at: reservation.time)
            let spent =
                try spent(by: budget.spender, in: period, connection) ?? begin(budget.spender, period, connection)
            try budget.check(reservation.most, after: spent, in: period)
            try add(reservation.most, to: budget.spender, period.name, connection)
            try connection.run(
                """
                INSERT INTO reservation (turn, person_id, api_key_id, period, process_id, tokens, cost)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                .blob(reservation.turn.bytes),
                .integer(budget.spender.user.rawValue),
                .integer(budget.spender.keyRow),
                .text(period.name),
                .integer(process),
                .integer(reservation.most.tokens),
                .integer(reservation.most.cost)
            )
        }
    }

    /// Puts what a turn took in the place of what was set aside for it.
    static func release(_ turn: Turn.ID, taken: Spent, _ connection: any Connection) throws {
        let rows = try connection.rows(
            "DELETE FROM reservation WHERE turn = ? RETURNING person_id, api_key_id, period, tokens, cost",
            .blob(turn.bytes)
        ) { row in
            (
                spender: Spender(user: .init(try row.integer(0)), keyRow: try row.integer(1)),
                period: try row.text(2),
                aside: Spent(tokens: try row.integer(3), cost: try row.integer(4))
            )
        }
        for row in rows {
            let difference = Spent(tokens: taken.tokens - row.aside.tokens, cost: taken.cost - row.aside.cost)
            try add(difference, to: row.spender, row.period, connection)
        }
    }

    static func spent(by spender: Spender, in period: Period, _ connection: any Connection) throws -> Spent? {
        try connection.row(
            selectSpent,
            .integer(spender.user.rawValue),
            .integer(spender.keyRow),
            .text(period.name)
        ) { Spent(tokens: try $0.integer(0), cost: try $0.integer(1)) }
    }

    static let selectSpent = """
        SELECT tokens, cost
        FROM spending
        WHERE person_id = ?
        AND api_key_id = ?
        AND period = ?
        """

    private static func add(
        _ spent: Spent,
        to spender: Spender,
        _ period: String,
        _ connection: any Connection
    ) throws {
        try connection.run(
            """
            UPDATE spending
            SET tokens = tokens + ?, cost = cost + ?
            WHERE person_id = ?
            AND api_key_id = ?
            AND period = ?
            """,
            .integer(spent.tokens),
            .integer(spent.cost),
            .integer(spender.user.rawValue),
            .integer(spender.keyRow),
            .text(period)
        )
    }
}

extension SpendingRows {
    /// Works out what was spent in a period, once for each: from the days, and from what is set aside.
    private static func begin(_ spender: Spender, _ period: Period, _ connection: any Connection) throws -> Spent {
        let spent = try sum(spender, period, connection)
        try connection.run(
            """
            INSERT INTO spending (person_id, api_key_id, period, tokens, cost)
            VALUES (?, ?, ?, ?, ?)
            """,
            .integer(spender.user.rawValue),
            .integer(spender.keyRow),
            .text(period.name),
            .integer(spent.tokens),
            .integer(spent.cost)
        )
        return spent
    }

    /// Reads at most a month of daily sums.
    static func sum(_ spender: Spender, _ period: Period, _ connection: any Connection) throws -> Spent {
        let used = try connection.row(
            """
            SELECT coalesce(sum(input_tokens + output_tokens), 0), coalesce(sum(cost), 0)
            FROM usage_day
            WHERE person_id = ?
            AND day >= ?
            AND day < ?
            AND (? = 0 OR api_key_id = ?)
            """,
            .integer(spender.user.rawValue),
            .integer(period.first.number),
            .integer(period.end.number),
            .integer(spender.keyRow),
            .integer(spender.keyRow)
        ) { Spent(tokens: try $0.integer(0), cost: try $0.integer(1)) }
        let aside = try connection.row(
            """
            SELECT coalesce(sum(tokens), 0), coalesce(sum(cost), 0)
            FROM reservation
            WHERE person_id = ?
            AND api_key_id = ?
            AND period = ?
            """,
            .integer(spender.user.rawValue),
            .integer(spender.keyRow),
            .text(period.name)
        ) { Spent(tokens: try $0.integer(0), cost: try $0.integer(1)) }
        return Spent(
            tokens: (used?.tokens ?? 0) + (aside?.tokens ?? 0),
            cost: (used?.cost ?? 0) + (aside?.cost ?? 0)
        )
    }

    /// Forgets what was set aside by processes that are dead; what is left is worked out anew.
    static func recover(process: Int64, _ connection: any Connection) throws {
        try connection.run("DELETE FROM reservation WHERE process_id <> ?", .integer(process))
        try connection.run("DELETE FROM spending")
    }
}

extension Spender {
    /// The key's row; 0 stands for the user with all keys.
    var keyRow: Int64 { key?.rawValue ?? 0 }

    init(user: User.ID, keyRow: Int64) {
        self.init(user: user, key: keyRow == 0 ? nil : APIKey.ID(keyRow))
    }
}
