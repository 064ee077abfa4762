import Synchronization

/// Leave to run, given back once; at the latest when it is forgotten.
package final class Permit: Sendable {
    private let rates: Rates
    let limited: [Limited]
    /// The tokens that are taken for what runs; `nil` once all is given back.
    private let taken = Mutex<Int64?>(0)

    init(_ rates: Rates, _ limited: [Limited]) {
        self.rates = rates
        self.limited = limited
    }

    deinit { leave(used: 0) }

    /// Takes the tokens that a call can use.
    ///
    /// - Throws: ``ParleyError/Code/rateLimited``.
    func take(_ tokens: Int64, now: ContinuousClock.Instant = .now) throws {
        try rates.take(tokens, limited, now: now)
        taken.withLock { $0 = $0.map { $0 + tokens } }
    }

    /// Ends one of several calls that run under it.
    func settle(taken tokens: Int64, used: Int64) {
        taken.withLock { $0 = $0.map { $0 - tokens } }
        rates.giveBack(tokens - used, limited)
    }

    /// Ends it.
    func leave(used: Int64) {
        let taken = taken.withLock { taken in
            defer { taken = nil }
            return taken
        }
        guard let taken else { return }
        rates.giveBack(taken - used, limited)
        rates.leave(limited)
    }
}
