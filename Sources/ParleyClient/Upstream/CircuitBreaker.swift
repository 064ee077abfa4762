/// Keeps calls from an upstream that fails, so that they fail at once and it can recover.
///
/// Closed, it counts the failures of the last seconds; each answer makes up for one. Open, it lets one call through in
/// every pause. Whatever the upstream then answers closes it.
struct CircuitBreaker: Sendable {
    /// When it opens, and for how long.
    struct Policy: Hashable, Sendable {
        var failures = 20
        var window: Duration = .seconds(10)
        var pause: Duration = .seconds(5)
    }

    private let policy: Policy
    /// The latest failures, the oldest first.
    private var failures: [ContinuousClock.Instant] = []
    /// When the next call may be tried; `nil` while all may.
    private var nextTry: ContinuousClock.Instant?

    init(_ policy: Policy) {
        self.policy = policy
    }

    /// How long to wait before a call; `nil` when it may be made now.
    ///
    /// A call that may be made while the breaker is open is the only one of its pause.
    mutating func wait(now: ContinuousClock.Instant) -> Duration? {
        guard let next = nextTry else { return nil }
        guard now >= next else { return next - now }
        nextTry = now + policy.pause
        return nil
    }

    /// The upstream has answered, whatever it said.
    mutating func answered() {
        if nextTry != nil {
            failures = []
            nextTry = nil
        } else if !failures.isEmpty {
            failures.removeFirst()
        }
    }

    /// The upstream could not be reached, was too slow, or says itself that it is out of order.
    mutating func failed(now: ContinuousClock.Instant) {
        guard nextTry == nil else {
            nextTry = now + policy.pause
            return
        }
        let oldest = now - policy.window
        failures.removeAll { $0 <= oldest }
        failures.append(now)
        if failures.count >= policy.failures { nextTry = now + policy.pause }
    }
}
