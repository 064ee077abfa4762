import NIOCore
import Synchronization

/// Ends exchanges whose time is up, and wakes the readers of those that are silent.
///
/// One timer for all of them, which runs only while there are any: a timer for each would cost more than the rest of a
/// short call.
final class DeadlineWatch: Sendable {
    /// An exchange's place among those that are watched.
    struct Token {
        fileprivate let number: UInt64
        fileprivate let watch: DeadlineWatch

        func remove() {
            watch.state.withLock { $0.exchanges[number] = nil }
        }
    }

    private struct State {
        var exchanges: [UInt64: HTTPExchange] = [:]
        var next: UInt64 = 0
        var isTicking = false
        var isClosed = false
    }

    private let deadlines: UpstreamDeadlines
    private let tick: TimeAmount
    private let loop: any EventLoop
    private let state = Mutex(State())

    init(_ deadlines: UpstreamDeadlines, on loop: any EventLoop) {
        self.deadlines = deadlines
        self.loop = loop
        let shortest = min(deadlines.firstByte, deadlines.idle, deadlines.total, deadlines.signOfLife)
        tick = TimeAmount(min(max(shortest / 20, .milliseconds(5)), .seconds(1)))
    }

    /// Watches an exchange until its token is removed; `nil` after ``close()``.
    func add(_ exchange: HTTPExchange) -> Token? {
        let (number, starts) = state.withLock { state -> (UInt64?, Bool) in
            guard !state.isClosed else { return (nil, false) }
            state.next += 1
            state.exchanges[state.next] = exchange
            defer { state.isTicking = true }
            return (state.next, !state.isTicking)
        }
        if starts { schedule() }
        return number.map { Token(number: $0, watch: self) }
    }

    /// Ends every exchange and takes no more.
    ///
    /// The client library does not tell the delegate of a call that comes after its shutdown, so none may.
    func close() {
        let exchanges = state.withLock { state in
            state.isClosed = true
            return Array(state.exchanges.values)
        }
        for exchange in exchanges { exchange.shutDown() }
    }

    private func schedule() {
        loop.scheduleTask(in: tick) { self.check() }
    }

    private func check() {
        let exchanges = state.withLock { state in
            state.isTicking = !state.exchanges.isEmpty
            return Array(state.exchanges.values)
        }
        let now = ContinuousClock.now
        for exchange in exchanges { exchange.expire(deadlines, now: now) }
        if !exchanges.isEmpty { schedule() }
    }
}
