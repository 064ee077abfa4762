/// Keeps retries from doubling the load of an upstream that is failing.
///
/// A token bucket: a retry takes one token, a call that succeeds brings a tenth of one, and one drips in every ten
/// seconds for those who call seldom. In steady failure nothing is retried after the first few.
struct RetryBudget: Sendable {
    static let capacity = 10.0
    static let initial = 5.0
    static let share = 0.1
    static let secondsPerToken = 10.0

    private var tokens = Self.initial
    private var refilledAt: ContinuousClock.Instant

    init(now: ContinuousClock.Instant) {
        refilledAt = now
    }

    mutating func succeeded() {
        tokens = min(Self.capacity, tokens + Self.share)
    }

    /// Whether a retry may be made; takes its token.
    mutating func withdraw(now: ContinuousClock.Instant) -> Bool {
        let elapsed = (now - refilledAt) / .seconds(1)
        refilledAt = now
        tokens = min(Self.capacity, tokens + max(0, elapsed) / Self.secondsPerToken)
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }
}
