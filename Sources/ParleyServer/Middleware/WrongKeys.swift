import Parley
import Synchronization

/// Slows down who tries keys: so many wrong ones in a minute from one address, then 429.
///
/// Right ones always pass.
final class WrongKeys: Sendable {
    private struct Count {
        var begun: ContinuousClock.Instant
        var tries: Int
    }

    private let counts = Mutex<[String: Count]>([:])
    private let perMinute: Int
    /// The most addresses that are remembered; beyond it the old ones are forgotten.
    private static let capacity = 65_536

    init(perMinute: Int) {
        self.perMinute = perMinute
    }

    /// - Throws: ``ParleyError/Code/rateLimited`` once there were too many.
    func note(_ address: String, now: ContinuousClock.Instant = .now) throws {
        let wait = counts.withLock { counts -> Duration? in
            if counts.count >= Self.capacity { counts = counts.filter { now - $0.value.begun < .seconds(60) } }
            if counts.count >= Self.capacity { counts = [:] }
            var count = counts[address] ?? Count(begun: now, tries: 0)
            if now - count.begun >= .seconds(60) { count = Count(begun: now, tries: 0) }
            count.tries += 1
            counts[address] = count
            return count.tries > perMinute ? .seconds(60) - (now - count.begun) : nil
        }
        guard let wait else { return }
        throw ParleyError(.rateLimited, "Too many wrong API keys from this address.", retryAfter: wait)
    }
}
