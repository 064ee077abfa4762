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
            let spender = try line(of: budget.spender, connection)
            let spent = try spent(by: spender, in: period, connection) ?? begin(spender, period, connection)
            try budget.check(reservation.most, after: spent, in: period)
            try add(reservation.most, to: spender, period.name, connection)
            try connection.run(
                """
                INSERT INTO reservation (turn, person_id, api_key_id, period, process_id, tokens, cost)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                .blob(reservation.turn.bytes),
                .integer(spender.user.rawValue),
                .integer(spender.keyRow),
                .text(period.name),
                .integer(process),
                .integer(reservation.most.tokens),
                .integer(reservation.most.cost)
            )
        }
    }

    /// Whose budget a spender counts against: a key that took the place of another one goes on with that one's.
    static func line(of spender: Spender, _ connection: any Connection) throws -> Spender {
        guard spender.keyRow != 0 else { return spender }
        let line = try connection.row(
            "SELECT coalesce(line_id, id) FROM api_key WHERE id = ?",
            .integer(spender.keyRow)
        ) { try $0.integer(0) }
        return Spender(user: spender.user, keyRow: line ?? spender.keyRow)
    }

    /// Puts what a turn took in the place of what was set aside for it.
    ///
    /// - Returns: the budgets that it was set aside in.
    @discardableResult
    static func release(_ turn: Turn.ID, taken: Spent, _ connection: any Connection) throws -> Set<Share> {
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
        return Set(rows.map { Share(spender: $0.spender, period: $0.period) })
    }

    /// A budget of a period.
    struct Share: Hashable {
        var spender: Spender
        var period: String
    }

    /// Adds what a turn took to the budgets that were begun while it ran, in which nothing was set aside for it.
    ///
    /// Costs one probe where there is no budget.
    static func add(
        _ taken: Spent,
        ofTurn row: Int64,
        of owner: User.ID,
        but settled: Set<Share>,
        _ connection: any Connection
    ) throws {
        let hasBudgets = try connection.row(selectAnyBudget, .integer(owner.rawValue)) { try $0.integer(0) } != nil
        guard hasBudgets, taken != Spent() else { return }
        let turn = try connection.row(
            "SELECT coalesce(api_key_id, 0), created_at FROM turn WHERE id = ?",
            .integer(row)
        ) { (key: try $0.integer(0), time: Timestamp(milliseconds: try $0.integer(1))) }
        guard let turn else { return }
        var spenders = [Spender(user: owner)]
        if turn.key != 0 { spenders.append(try line(of: Spender(user: owner, keyRow: turn.key), connection)) }
        for (spender, span) in spenders.flatMap({ spender in Budget.Span.allCases.map { (spender, $0) } }) {
            let share = Share(spender: spender, period: Period(span, at: turn.time).name)
            // Where there is no sum yet nothing is changed: it is worked out with this turn in it.
            if !settled.contains(share) { try add(taken, to: spender, share.period, connection) }
        }
    }

    static let selectAnyBudget = "SELECT 1 FROM spending WHERE person_id = ? LIMIT 1"

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
            AND (
                ? = 0
                OR api_key_id IN (
                    SELECT id
                    FROM api_key
                    WHERE api_key.person_id = usage_day.person_id
                    AND (api_key.id = ? OR api_key.line_id = ?)
                )
            )
            """,
            .integer(spender.user.rawValue),
            .integer(period.first.number),
            .integer(period.end.number),
            .integer(spender.keyRow),
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
