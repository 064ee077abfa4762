import Synchronization

/// What is limited per minute and at the same time.
///
/// Kept in memory: what was taken a minute ago counts no more after a restart.
package final class Rates: Sendable {
    private struct State {
        var requests: [Spender: TokenBucket] = [:]
        var tokens: [Spender: TokenBucket] = [:]
        var running: [Spender: Int64] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Lets a request in for everybody who is limited, or for none of them.
    ///
    /// - Throws: ``ParleyError/Code/rateLimited``, with how long to wait.
    func enter(_ limited: [Limited], now: ContinuousClock.Instant = .now) throws -> Permit {
        try state.withLock { state in
            for one in limited { try Self.check(one, &state, now) }
            for one in limited {
                if let limit = one.allowance[.requestsPerMinute] { state.requests[one.spender]?.take(1, limit) }
                if one.allowance[.concurrentTurns] != nil { state.running[one.spender, default: 0] += 1 }
            }
        }
        return Permit(self, limited)
    }

    private static func check(_ one: Limited, _ state: inout State, _ now: ContinuousClock.Instant) throws {
        if let limit = one.allowance[.concurrentTurns], state.running[one.spender, default: 0] >= limit {
            throw ParleyError(
                .rateLimited,
                "Rate limit reached: \(limit) requests of \(one.name) run at the same time. Please try again later.",
                retryAfter: .seconds(1)
            )
        }
        guard let limit = one.allowance[.requestsPerMinute] else { return }
        var bucket = state.requests[one.spender] ?? TokenBucket(limit, now: now)
        bucket.refill(limit, now: now)
        state.requests[one.spender] = bucket
        if let wait = bucket.wait(for: 1, limit) { throw refusal("\(limit) requests", one, wait) }
    }

    /// Takes the tokens that a request could use from the limits per minute.
    func take(_ tokens: Int64, _ limited: [Limited], now: ContinuousClock.Instant) throws {
        try state.withLock { state in
            let counted = limited.compactMap { one in one.allowance[.tokensPerMinute].map { (one, $0) } }
            for (one, limit) in counted {
                var bucket = state.tokens[one.spender] ?? TokenBucket(limit, now: now)
                bucket.refill(limit, now: now)
                state.tokens[one.spender] = bucket
                if let wait = bucket.wait(for: tokens, limit) { throw Self.refusal("\(limit) tokens", one, wait) }
            }
            for (one, limit) in counted { state.tokens[one.spender]?.take(tokens, limit) }
        }
    }

    /// Gives tokens back that were taken and not used; with a negative number takes what was used beyond.
    func giveBack(_ tokens: Int64, _ limited: [Limited]) {
        state.withLock { state in
            for one in limited {
                if let limit = one.allowance[.tokensPerMinute] { state.tokens[one.spender]?.take(-tokens, limit) }
            }
        }
    }

    func leave(_ limited: [Limited]) {
        state.withLock { state in
            for one in limited where one.allowance[.concurrentTurns] != nil {
                let running = state.running[one.spender, default: 0]
                state.running[one.spender] = running > 1 ? running - 1 : nil
            }
        }
    }

    private static func refusal(_ limit: String, _ one: Limited, _ wait: Duration) -> ParleyError {
        ParleyError(
            .rateLimited,
            "Rate limit reached: \(limit) per minute for \(one.name). Please try again later.",
            retryAfter: wait
        )
    }
}
