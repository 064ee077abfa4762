package import Parley

extension Store {
    package func usage(_ query: UsageQuery) async throws -> UsageReport {
        let lines =
            query.grouping == .conversation
            ? try await conversations(query) : try await database.readLong { try Self.days(query, $0) }
        let total = lines.reduce(UsageLine(name: nil), +)
        let isOrdered = query.grouping == .day
        let sorted = isOrdered ? lines : lines.sorted { ($0.cost, $0.tokens) > ($1.cost, $1.tokens) }
        // Of too many days the newest are kept.
        let shown = isOrdered ? sorted.suffix(query.limit) : sorted.prefix(query.limit)
        return UsageReport(lines: Array(shown), total: total, hasMore: lines.count > query.limit)
    }

    private static func days(_ query: UsageQuery, _ connection: any Connection) throws -> [UsageLine] {
        let (name, join) = names(query.grouping)
        var values: [Value] = [.integer(query.days.lowerBound.number), .integer(query.days.upperBound.number)]
        let (conditions, more) = conditions(query, of: "usage_day")
        values += more
        let sql = """
            SELECT \(name), sum(usage_day.turns), sum(usage_day.input_tokens), sum(usage_day.cached_tokens),
                sum(usage_day.output_tokens), sum(usage_day.cost), sum(usage_day.unpriced_tokens)
            FROM usage_day
            \(join)
            WHERE usage_day.day BETWEEN ? AND ?\(conditions)
            GROUP BY 1
            ORDER BY 1
            """
        return try connection.rows(sql, values) { try line($0, query.grouping) }
    }

    /// Whose usage, and of which model.
    private static func conditions(_ query: UsageQuery, of table: String) -> (sql: String, values: [Value]) {
        var sql = ""
        var values: [Value] = []
        if let user = query.user {
            sql += " AND \(table).person_id = ?"
            values.append(.integer(user.rawValue))
        }
        if let model = query.model {
            sql += " AND \(table).model = ?"
            values.append(.text(model))
        }
        return (sql, values)
    }

    /// What the lines are called, and from where.
    private static func names(_ grouping: UsageQuery.Grouping) -> (name: String, join: String) {
        switch grouping {
        case .day, .conversation: ("usage_day.day", "")
        case .model: ("usage_day.model", "")
        case .user: ("person.name", "LEFT JOIN person ON person.id = usage_day.person_id")
        case .key: ("api_key.handle", "LEFT JOIN api_key ON api_key.id = usage_day.api_key_id")
        }
    }

    private static func line(_ row: any Row, _ grouping: UsageQuery.Grouping) throws -> UsageLine {
        UsageLine(
            name: grouping == .day ? Day(number: try row.integer(0)).text : try row.textOrNil(0),
            turns: try row.integer(1),
            inputTokens: try row.integer(2),
            cachedTokens: try row.integer(3),
            outputTokens: try row.integer(4),
            cost: try row.integer(5),
            unpricedTokens: try row.integer(6)
        )
    }
}

extension Store {
    /// How many turns are read in one snapshot.
    private static let turnPage: Int64 = 20_000

    /// The sums by conversation are in no table: the turns of those days are read, page by page.
    private func conversations(_ query: UsageQuery) async throws -> [UsageLine] {
        let (first, end) = (query.days.lowerBound.start, query.days.upperBound.adding(1).start)
        var (row, last) = try await database.readLong { connection in
            (try Self.rowsBefore(first, connection), try Self.rowsBefore(end.later, connection))
        }
        var sums: [Int64?: UsageLine] = [:]
        while row < last {
            let page = row..<min(row + Self.turnPage, last)
            for (conversation, line) in try await database.readLong({ try Self.turns(page, query, $0) }) {
                sums[conversation] = sums[conversation].map { $0 + line } ?? line
            }
            row = page.upperBound
        }
        return try await named(sums).merged
    }

    /// A turn that no process ran was imported, and cost nothing here.
    private static func turns(
        _ page: Range<Int64>,
        _ query: UsageQuery,
        _ connection: any Connection
    ) throws -> [(conversation: Int64?, line: UsageLine)] {
        let (conditions, more) = conditions(query, of: "turn")
        let sql = """
            SELECT turn.conversation_id, count(*), sum(turn.input_tokens), sum(turn.cached_tokens),
                sum(turn.output_tokens), sum(turn.cost),
                sum(CASE WHEN turn.cost IS NULL THEN turn.input_tokens + turn.output_tokens END)
            FROM turn
            WHERE turn.id > ?
            AND turn.id <= ?
            AND turn.process_id IS NOT NULL
            AND turn.created_at >= ?
            AND turn.created_at < ?
            AND turn.status <> 'running'
            AND (turn.status <> 'failed' OR turn.output_tokens > 0)\(conditions)
            GROUP BY turn.conversation_id
            """
        let values: [Value] = [
            .integer(page.lowerBound), .integer(page.upperBound),
            .integer(query.days.lowerBound.start.milliseconds),
            .integer(query.days.upperBound.adding(1).start.milliseconds),
        ]
        return try connection.rows(sql, values + more) { row in
            let line = UsageLine(
                name: nil,
                turns: try row.integer(1),
                inputTokens: try row.integerOrNil(2) ?? 0,
                cachedTokens: try row.integerOrNil(3) ?? 0,
                outputTokens: try row.integerOrNil(4) ?? 0,
                cost: try row.integerOrNil(5) ?? 0,
                unpricedTokens: try row.integerOrNil(6) ?? 0
            )
            return (try row.integerOrNil(0), line)
        }
    }

    /// The sums with the ids of the conversations that can be seen.
    private func named(_ sums: [Int64?: UsageLine]) async throws -> [UsageLine] {
        var lines = sums[nil].map { [$0] } ?? []
        let rows = sums.keys.compactMap(\.self).sorted()
        for start in stride(from: 0, to: rows.count, by: 1_000) {
            let page = Array(rows[start..<min(start + 1_000, rows.count)])
            let names = try await database.readLong { try Self.names(of: page, $0) }
            for row in page {
                guard var line = sums[row] else { continue }
                line.name = names[row]
                lines.append(line)
            }
        }
        return lines
    }

    private static func names(of rows: [Int64], _ connection: any Connection) throws -> [Int64: String] {
        let marks = rows.map { _ in "?" }.joined(separator: ", ")
        let pairs = try connection.rows(
            """
            SELECT id, public_id
            FROM conversation
            WHERE id IN (\(marks))
            AND hidden = 0
            AND deleted_at IS NULL
            """,
            rows.map { .integer($0) }
        ) { (try $0.integer(0), Conversation.ID(bytes: try $0.blob(1)).text) }
        return Dictionary(pairs) { first, _ in first }
    }

    /// The last row that was surely written before a moment, found by halving.
    ///
    /// Rows are written in the order of time, but those of turns without text only when these end: at most a day after
    /// they began. Imported ones, which may be of any time, are passed over; what is read for that is halved too.
    private static func rowsBefore(_ time: Timestamp, _ connection: any Connection) throws -> Int64 {
        var low: Int64 = 0
        var high = try connection.row("SELECT max(id) FROM turn") { try $0.integerOrNil(0) ?? 0 } ?? 0
        while low < high {
            let middle = low + (high - low + 1) / 2
            let begun = try connection.row(
                """
                SELECT created_at
                FROM turn
                WHERE id > ?
                AND id <= ?
                AND process_id IS NOT NULL
                ORDER BY id DESC
                LIMIT 1
                """,
                .integer(low),
                .integer(middle)
            ) { try $0.integer(0) }
            if begun ?? 0 < time.milliseconds - Day.milliseconds { low = middle } else { high = middle - 1 }
        }
        return low
    }
}

extension Timestamp {
    /// Two days on: what began before this moment has been written by then, however it is looked for.
    fileprivate var later: Timestamp { Timestamp(milliseconds: milliseconds + 2 * Day.milliseconds) }
}

extension UsageLine {
    fileprivate var tokens: Int64 { inputTokens + outputTokens }
}

extension [UsageLine] {
    /// One line for everything that is in no conversation that can be seen.
    fileprivate var merged: [UsageLine] {
        let others = filter { $0.name == nil }
        guard let first = others.first else { return self }
        return filter { $0.name != nil } + [others.dropFirst().reduce(first, +)]
    }
}
