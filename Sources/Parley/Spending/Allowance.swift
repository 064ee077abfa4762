/// What a user, or a key, may use.
///
/// What is not limited is not in it; an empty one limits nothing.
package struct Allowance: Hashable, Sendable {
    package private(set) var limits: [Measure: Int64]

    /// What is limited.
    package enum Measure: String, CaseIterable, Sendable {
        case requestsPerMinute = "requests_per_minute"
        case tokensPerMinute = "tokens_per_minute"
        case concurrentTurns = "concurrent_turns"
        case tokensPerDay = "tokens_per_day"
        case tokensPerMonth = "tokens_per_month"
        /// In millionths of a dollar, as the next one.
        case costPerDay = "cost_per_day"
        case costPerMonth = "cost_per_month"
    }

    package init(_ limits: [Measure: Int64] = [:]) {
        self.limits = limits
    }

    package subscript(measure: Measure) -> Int64? {
        get { limits[measure] }
        set { limits[measure] = newValue }
    }

    package var isEmpty: Bool { limits.isEmpty }

    /// These limits, where `own` says nothing.
    package func overridden(by own: Allowance) -> Allowance {
        Allowance(limits.merging(own.limits) { $1 })
    }
}

extension Allowance.Measure {
    package var isCost: Bool { self == .costPerDay || self == .costPerMonth }

    /// An amount as people read it: costs in dollars.
    package func json(_ amount: Int64?) -> JSON {
        amount.map { isCost ? .number(Money.text($0)) : JSON($0) } ?? .null
    }

    /// The largest amount that is taken: far above any use, far below an overflow.
    package static let ceiling: Int64 = 1_000_000_000_000_000
}

/// Who is limited: a user with all keys together, or one key.
package struct Spender: Hashable, Sendable {
    package var user: User.ID
    package var key: APIKey.ID?

    package init(user: User.ID, key: APIKey.ID? = nil) {
        self.user = user
        self.key = key
    }
}

/// Somebody who is limited, and to what.
package struct Limited: Sendable {
    package var spender: Spender
    package var allowance: Allowance

    package init(_ spender: Spender, _ allowance: Allowance) {
        self.spender = spender
        self.allowance = allowance
    }

    /// How errors call it.
    package var name: String { spender.key == nil ? "this user" : "this key" }
}
