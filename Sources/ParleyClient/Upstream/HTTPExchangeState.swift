import NIOCore
import NIOHTTP1
import Parley
import ParleyWire

/// What is known of one HTTP request and its response.
///
/// Pure: whoever holds the lock performs the actions.
struct HTTPExchangeState {
    /// Who waits for something to take.
    typealias Waiter = CheckedContinuation<Void, Never>

    /// What arrived since the last time, nothing when the reader was only woken, and whether that was all.
    struct Taken {
        var head: HTTPResponseHead
        var parts: [ByteBuffer]
        var isLast: Bool
        var time: ContinuousClock.Instant
    }

    enum Arrival {
        case more(Waiter?)
        /// Enough is waiting to be taken; the upstream should be held back.
        case enough(Waiter?)
        /// More than an answer may have, or bytes after its end.
        case excess(Waiter?)
    }

    private enum End {
        case open
        case complete
        case failed(any Error)
    }

    private let limits: AnswerLimits
    private let startedAt: ContinuousClock.Instant
    private var streamed: Bool
    private var head: HTTPResponseHead?
    private var parts: [ByteBuffer] = []
    /// Bytes waiting to be taken, and all that ever came.
    private var unread = 0
    private var received = 0
    private var end = End.open
    private var lastByteAt: ContinuousClock.Instant
    private var releasedAt: ContinuousClock.Instant?
    /// When the reader was last woken for nothing, and whether it has not looked yet.
    private var wokenAt: ContinuousClock.Instant?
    private var isWoken = false
    private var waiter: Waiter?
    private var held: EventLoopPromise<Void>?

    init(streamed: Bool, limits: AnswerLimits, now: ContinuousClock.Instant) {
        self.streamed = streamed
        self.limits = limits
        startedAt = now
        lastByteAt = now
    }
}

// What the connection does.
extension HTTPExchangeState {
    mutating func receive(_ head: HTTPResponseHead) {
        self.head = head
        if head.status != .ok { streamed = false }
    }

    mutating func receive(_ part: ByteBuffer, now: ContinuousClock.Instant) -> Arrival {
        received += part.readableBytes
        lastByteAt = now
        guard case .open = end else { return .more(nil) }
        if releasedAt != nil { return part.isBlank ? .more(nil) : .excess(nil) }
        parts.append(part)
        unread += part.readableBytes
        if streamed { return unread > limits.unread ? .enough(takeWaiter()) : .more(takeWaiter()) }
        return measure()
    }

    /// Of a refusal, the beginning is enough.
    private mutating func measure() -> Arrival {
        guard head?.status == .ok else { return received > limits.refusal ? .excess(complete()) : .more(nil) }
        return received > limits.answer ? .excess(fail(ParleyError.answerTooLarge)) : .more(nil)
    }

    /// Keeps the promise that lets the upstream go on; `false` when it may go on already.
    mutating func hold(_ promise: EventLoopPromise<Void>) -> Bool {
        guard case .open = end, unread > limits.unread else { return false }
        held = promise
        return true
    }

    mutating func complete() -> Waiter? {
        guard case .open = end else { return nil }
        end = .complete
        return takeWaiter()
    }

    /// Ends it with an error, unless it has ended.
    mutating func fail(_ error: any Error) -> Waiter? {
        guard case .open = end else { return nil }
        end = .failed(error)
        return takeWaiter()
    }

    private mutating func takeWaiter() -> Waiter? {
        defer { waiter = nil }
        return waiter
    }
}

// What the reader does.
extension HTTPExchangeState {
    /// What there is to take; `nil` when one must wait.
    mutating func take(now: ContinuousClock.Instant) throws -> Taken? {
        switch end {
        case .failed(let error) where parts.isEmpty || !streamed: throw error
        case .open where !hasSomething: return nil
        default: break
        }
        guard let head else { throw ParleyError.notAnAnswer }
        defer { clear(now: now) }
        if case .complete = end { return Taken(head: head, parts: parts, isLast: true, time: now) }
        return Taken(head: head, parts: parts, isLast: false, time: now)
    }

    /// Silence begins when the reader has all that there was.
    private mutating func clear(now: ContinuousClock.Instant) {
        isWoken = false
        guard !parts.isEmpty else { return }
        parts = []
        unread = 0
        lastByteAt = now
    }

    private var hasSomething: Bool { hasEnded || streamed && !parts.isEmpty || isWoken }

    var isReleased: Bool { releasedAt != nil }

    var hasEnded: Bool {
        if case .open = end { return false }
        return true
    }

    /// Keeps the waiter until there is something to take; `false` when there is already.
    mutating func wait(_ waiter: Waiter) -> Bool {
        guard !hasSomething else { return false }
        self.waiter = waiter
        return true
    }

    /// The promise that lets a held upstream go on.
    mutating func takeHeld() -> EventLoopPromise<Void>? {
        guard let promise = held else { return nil }
        held = nil
        return promise
    }

    /// Drops what there is, and ends it whatever it was.
    mutating func cancel() -> Waiter? {
        parts = []
        end = .failed(ParleyError.cancelled)
        return takeWaiter()
    }

    /// Nobody reads on; what still comes should be the end.
    ///
    /// `false` when the end has come.
    mutating func release(now: ContinuousClock.Instant) -> Bool {
        guard case .open = end else { return false }
        releasedAt = now
        return true
    }
}

// Time.
extension HTTPExchangeState {
    /// Why time is up at `now`, if it is.
    func overdue(_ deadlines: UpstreamDeadlines, now: ContinuousClock.Instant) -> ParleyError? {
        guard case .open = end else { return nil }
        if let releasedAt { return now - releasedAt >= .seconds(5) ? .upstreamTimeout("did not end its answer") : nil }
        if now - startedAt >= deadlines.total { return .upstreamTimeout("took too long for the whole answer") }
        guard received > 0 else {
            return now - startedAt >= deadlines.firstByte ? .upstreamTimeout("did not begin to answer in time") : nil
        }
        guard unread == 0 || !streamed else { return nil }
        return now - lastByteAt >= deadlines.idle ? .upstreamTimeout("fell silent in the middle of its answer") : nil
    }

    /// The reader of a stream that has begun, when it has waited for so long since it last heard anything.
    mutating func wake(after silence: Duration, now: ContinuousClock.Instant) -> Waiter? {
        guard case .open = end, streamed, received > 0, waiter != nil else { return nil }
        guard now - max(lastByteAt, wokenAt ?? lastByteAt) >= silence else { return nil }
        wokenAt = now
        isWoken = true
        return takeWaiter()
    }
}

extension ByteBuffer {
    /// Whether it has nothing but line ends and spaces.
    fileprivate var isBlank: Bool { readableBytesView.allSatisfy { $0 <= 0x20 } }
}

extension ParleyError {
    static var cancelled: Self { Self(.cancelled, "The request was cancelled.") }

    static var shuttingDown: Self { Self(.shuttingDown, "The server is shutting down.") }

    static var answerTooLarge: Self {
        Self(.upstreamEventTooLarge, "The upstream's answer is larger than this server accepts.")
    }

    static func upstreamTimeout(_ what: String) -> Self {
        Self(.upstreamTimeout, "The upstream \(what).")
    }
}
