import Parley

/// Compares how much of each budget is taken with what was used and is set aside.
struct BudgetCheck: StepwiseCheck {
    static let subject = DatabaseFinding.Subject.usage

    private(set) var isDone = false
    /// Budgets that the last step found wrong; each is to be looked at again in one snapshot.
    private(set) var suspects: [Suspect] = []
    private var last: Suspect?

    struct Suspect: Sendable {
        var spender: Spender
        var period: String
    }

    private static let page = 200

    mutating func advance(_ connection: any Connection) throws {
        let rows = try connection.rows(
            """
            SELECT person_id, api_key_id, period
            FROM spending
            WHERE (person_id, api_key_id, period) > (?, ?, ?)
            ORDER BY person_id, api_key_id, period
            LIMIT \(Self.page)
            """,
            .integer(last?.spender.user.rawValue ?? 0),
            .integer(last?.spender.keyRow ?? 0),
            .text(last?.period ?? "")
        ) { row in
            Suspect(
                spender: Spender(user: .init(try row.integer(0)), keyRow: try row.integer(1)),
                period: try row.text(2)
            )
        }
        suspects = try rows.filter { try Self.finding($0, connection) != nil }
        last = rows.last
        isDone = rows.count < Self.page
    }

    /// To be called in one snapshot.
    ///
    /// What is older than the retention of usage cannot be worked out, and is asked for by nobody.
    static func finding(_ suspect: Suspect, _ connection: any Connection) throws -> DatabaseFinding? {
        let isDay = suspect.period.count == 10
        let horizon = try connection.row("SELECT max(day) FROM usage_horizon") { try $0.integerOrNil(0) ?? 0 } ?? 0
        guard let time = Timestamp(text: isDay ? suspect.period : suspect.period + "-01") else {
            return wrong("budget of the period '\(suspect.period)', which is none")
        }
        let period = Period(isDay ? .day : .month, at: time)
        guard period.first.number >= horizon,
            let spent = try SpendingRows.spent(by: suspect.spender, in: period, connection),
            case let right = try SpendingRows.sum(suspect.spender, period, connection), spent != right
        else { return nil }
        return wrong("budget of \(period.name) says \(spent.tokens) tokens and has \(right.tokens)")
    }

    private static func wrong(_ what: String) -> DatabaseFinding {
        DatabaseFinding(.usage, "a \(what)", remedy: UsageCheck.restart)
    }
}
