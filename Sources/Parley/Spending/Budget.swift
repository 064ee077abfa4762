/// The most that somebody may spend in a day or a month.
package struct Budget: Hashable, Sendable {
    package var spender: Spender
    package var span: Span
    package var tokens: Int64?
    /// Millionths of a dollar.
    package var cost: Int64?

    /// How long it lasts until it begins anew, in UTC.
    package enum Span: String, CaseIterable, Sendable {
        case day
        case month
    }

    package init(spender: Spender, span: Span, tokens: Int64?, cost: Int64?) {
        self.spender = spender
        self.span = span
        self.tokens = tokens
        self.cost = cost
    }

    /// Refuses what could pass the budget.
    ///
    /// - Throws: ``ParleyError/Code/quotaExceeded``, saying which budget, how much of it is taken and when it begins anew.
    package func check(_ wanted: Spent, after spent: Spent, in period: Period) throws {
        if let cost, spent.cost + wanted.cost > cost {
            throw refusal("$\(Money.text(cost))", "$\(Money.text(spent.cost))", "$\(Money.text(wanted.cost))", period)
        }
        if let tokens, spent.tokens + wanted.tokens > tokens {
            throw refusal("\(tokens) tokens", "\(spent.tokens)", "\(wanted.tokens)", period)
        }
    }

    private func refusal(_ limit: String, _ used: String, _ wanted: String, _ period: Period) -> ParleyError {
        let whose = spender.key == nil ? "this user" : "this key"
        return ParleyError(
            .quotaExceeded,
            "The budget of \(whose) is \(limit) a \(span.rawValue): \(used) is used or set aside for requests that run, and "
                + "this request could take \(wanted). It begins anew at \(period.end.text)T00:00:00Z. A smaller maximum "
                + "of output tokens sets less aside."
        )
    }
}

/// Tokens, and what they cost in millionths of a dollar.
package struct Spent: Hashable, Sendable {
    package var tokens: Int64
    package var cost: Int64

    package init(tokens: Int64 = 0, cost: Int64 = 0) {
        self.tokens = tokens
        self.cost = cost
    }
}

/// One day or one month.
package struct Period: Hashable, Sendable {
    /// `2026-11-27` or `2026-11`.
    package var name: String
    package var first: Day
    /// The day after the last one.
    package var end: Day

    package init(_ span: Budget.Span, at time: Timestamp) {
        let day = Day(time)
        switch span {
        case .day:
            (name, first, end) = (day.text, day, day.adding(1))
        case .month:
            let (year, month, _) = day.civil
            name = String(day.text.prefix(7))
            first = Day(year: year, month: month, day: 1)
            end = month == 12 ? Day(year: year + 1, month: 1, day: 1) : Day(year: year, month: month + 1, day: 1)
        }
    }
}

/// What is set aside for a turn before it runs: the most that it can take.
package struct Reservation: Sendable {
    package var turn: Turn.ID
    package var most: Spent
    package var budgets: [Budget]
    package var time: Timestamp

    package init(turn: Turn.ID, most: Spent, budgets: [Budget], time: Timestamp) {
        self.turn = turn
        self.most = most
        self.budgets = budgets
        self.time = time
    }
}

extension Limited {
    /// The budgets among the limits.
    package var budgets: [Budget] {
        [
            Budget(spender: spender, span: .day, tokens: allowance[.tokensPerDay], cost: allowance[.costPerDay]),
            Budget(spender: spender, span: .month, tokens: allowance[.tokensPerMonth], cost: allowance[.costPerMonth]),
        ]
        .filter { $0.tokens != nil || $0.cost != nil }
    }
}
