/// A limit per minute: what flows back evenly, and may be taken at once when it is there.
struct TokenBucket {
    private var level: Double
    private var time: ContinuousClock.Instant

    /// Full.
    init(_ limit: Int64, now: ContinuousClock.Instant) {
        level = Double(limit)
        time = now
    }

    /// Lets flow back what a minute's share of the time gives.
    mutating func refill(_ limit: Int64, now: ContinuousClock.Instant) {
        let passed = now - time
        let seconds = Double(passed.components.seconds) + Double(passed.components.attoseconds) / 1e18
        level = min(Double(limit), level + max(0, seconds) * Double(limit) / 60)
        time = now
    }

    /// How long to wait until `amount` is there; `nil` when it is.
    ///
    /// More than the whole limit is there once the bucket is full.
    func wait(for amount: Int64, _ limit: Int64) -> Duration? {
        let missing = Double(min(amount, limit)) - level
        guard missing > 1e-9 else { return nil }
        guard limit > 0 else { return .seconds(60) }
        return .seconds(missing * 60 / Double(limit))
    }

    /// Takes what ``wait(for:_:)`` found there, or gives back with a negative amount.
    mutating func take(_ amount: Int64, _ limit: Int64) {
        level = min(Double(limit), level - Double(amount))
    }
}
