/// Which usage is asked for.
package struct UsageQuery: Sendable {
    package var grouping: Grouping
    /// The first and the last day.
    package var days: ClosedRange<Day>
    /// `nil` for that of everybody.
    package var user: User.ID?
    package var model: String?
    /// How many lines at most.
    package var limit: Int

    package enum Grouping: String, CaseIterable, Sendable {
        case day
        case model
        case user
        case key
        case conversation
    }

    package init(
        by grouping: Grouping,
        days: ClosedRange<Day>,
        user: User.ID?,
        model: String? = nil,
        limit: Int = 1000
    ) {
        self.grouping = grouping
        self.days = days
        self.user = user
        self.model = model
        self.limit = limit
    }
}

/// What was used of one day, model, user, key or conversation.
package struct UsageLine: Sendable {
    /// The day, the model's name, the user's name, the key's handle or the conversation's id; `nil` for what has none.
    package var name: String?
    package var turns: Int64
    package var inputTokens: Int64
    /// Of the input, what the upstream had in its prompt cache.
    package var cachedTokens: Int64
    package var outputTokens: Int64
    /// Millionths of a dollar, of the turns whose model has a price.
    package var cost: Int64
    /// The tokens of turns whose model has no price: they are in no cost.
    package var unpricedTokens: Int64

    package init(
        name: String?,
        turns: Int64 = 0,
        inputTokens: Int64 = 0,
        cachedTokens: Int64 = 0,
        outputTokens: Int64 = 0,
        cost: Int64 = 0,
        unpricedTokens: Int64 = 0
    ) {
        self.name = name
        self.turns = turns
        self.inputTokens = inputTokens
        self.cachedTokens = cachedTokens
        self.outputTokens = outputTokens
        self.cost = cost
        self.unpricedTokens = unpricedTokens
    }

    package static func + (left: UsageLine, right: UsageLine) -> UsageLine {
        UsageLine(
            name: left.name,
            turns: left.turns + right.turns,
            inputTokens: left.inputTokens + right.inputTokens,
            cachedTokens: left.cachedTokens + right.cachedTokens,
            outputTokens: left.outputTokens + right.outputTokens,
            cost: left.cost + right.cost,
            unpricedTokens: left.unpricedTokens + right.unpricedTokens
        )
    }
}

/// What was used, line by line and in all.
package struct UsageReport: Sendable {
    package var lines: [UsageLine]
    /// Of everything, also of lines beyond the limit.
    package var total: UsageLine
    package var hasMore: Bool

    package init(lines: [UsageLine], total: UsageLine, hasMore: Bool) {
        self.lines = lines
        self.total = total
        self.hasMore = hasMore
    }
}
