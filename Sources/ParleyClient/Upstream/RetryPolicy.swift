/// When a call that failed before its first event is made again.
package struct RetryPolicy: Sendable {
    /// Further calls after the first.
    package var attempts = 2
    /// The longest pause before the first retry; it doubles with each.
    package var firstPause: Duration = .milliseconds(500)
    package var longestPause: Duration = .seconds(8)
    /// The longest pause that a client is made to wait here; beyond it the failure is passed on.
    package var patience: Duration = .seconds(2)
    /// The longest pause that is passed on to a client, whatever the upstream asks for.
    package var longestAdvice: Duration = .seconds(120)

    package init() {}

    /// How long to pause before another call, or `nil` to give up.
    ///
    /// Full jitter: anything from zero to the longest pause, so that clients that failed together do not return
    /// together. What the upstream asks for is a lower bound.
    func pause(before attempt: Int, asked: Duration?, using random: inout some RandomNumberGenerator) -> Duration? {
        guard attempt <= attempts else { return nil }
        let ceiling = min(longestPause, firstPause * Double(1 << min(attempt - 1, 16)))
        let jitter = ceiling * Double.random(in: 0...1, using: &random)
        let pause = max(jitter, asked ?? .zero)
        return pause <= patience ? pause : nil
    }
}
