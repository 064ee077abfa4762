/// Decides when a reader who hears nothing gets a sign of life.
struct Pulse {
    private let interval: Duration
    private var last: ContinuousClock.Instant

    init(every interval: Duration, from start: ContinuousClock.Instant) {
        self.interval = interval
        last = start
    }

    /// Whether a sign is due at `now`; it is taken to be given, as is everything that is said.
    mutating func isDue(at now: ContinuousClock.Instant, isSilent: Bool) -> Bool {
        let isDue = isSilent && now - last >= interval
        if isDue || !isSilent { last = now }
        return isDue
    }
}
