import NIOCore

/// What happens on one connection, as far as its deadlines and its end go.
///
/// Pure: times come in, actions go out.
struct ConnectionState {
    enum Action: Equatable {
        case none
        case close
        /// Let the client know that no more comes, and read on for a while: closing at once would destroy an answer
        /// that it has not read yet.
        case closeOutput
        case refuse(Refusal)
    }

    private let limits: ServerLimits
    private let opened: NIODeadline
    private var sawRequest = false
    /// Requests whose answer has not ended.
    private var unanswered = 0
    private var answerBegan = false
    /// Since when the body of a request has been arriving, and how much came.
    private var bodyBegan: NIODeadline?
    private var bodyBytes = 0
    /// Since when the client has not taken what is written.
    private var blockedSince: NIODeadline?
    private var closesAfterAnswer = false
    private var drainBegan: NIODeadline?

    init(limits: ServerLimits, opened: NIODeadline) {
        self.limits = limits
        self.opened = opened
    }

    /// Whether the answer in hand is the last one.
    var isClosing: Bool { closesAfterAnswer }

    /// Whether nothing is being answered, so that an answer written now is understood.
    var isQuiet: Bool { unanswered == 0 && bodyBegan == nil && drainBegan == nil }

    /// When something must have happened.
    var deadline: NIODeadline? {
        [
            sawRequest ? nil : opened + TimeAmount(limits.headTime),
            bodyDeadline,
            blockedSince.map { $0 + TimeAmount(limits.writeTime) },
            drainBegan.map { $0 + TimeAmount(limits.drainTime) },
        ]
        .compactMap(\.self).min()
    }

    private var bodyDeadline: NIODeadline? {
        guard drainBegan == nil, let bodyBegan else { return nil }
        return bodyBegan + TimeAmount(limits.bodyTime) + .seconds(Int64(bodyBytes / limits.bodyRate))
    }
}

extension ConnectionState {
    mutating func requestBegan(now: NIODeadline, asksToClose: Bool) {
        sawRequest = true
        unanswered += 1
        bodyBegan = now
        bodyBytes = 0
        if asksToClose { closesAfterAnswer = true }
    }

    /// A body that goes on after its answer is let through up to the limit of bodies: nobody reads it.
    mutating func bodyArrived(_ count: Int) -> Action {
        bodyBytes += count
        return unanswered == 0 && bodyBytes > limits.body ? .close : .none
    }

    mutating func requestEnded() -> Action {
        bodyBegan = nil
        return drainBegan == nil ? .none : .close
    }

    mutating func answerBegins(closes: Bool) {
        answerBegan = true
        if closes { closesAfterAnswer = true }
    }

    /// The end of an answer has reached the socket.
    mutating func answerEnded(now: NIODeadline) -> Action {
        unanswered -= 1
        answerBegan = false
        guard closesAfterAnswer else { return .none }
        guard bodyBegan != nil else { return .close }
        drainBegan = now
        return .closeOutput
    }

    mutating func writabilityChanged(to writable: Bool, now: NIODeadline) {
        blockedSince = writable ? nil : blockedSince ?? now
    }

    /// A deadline may have passed.
    mutating func timePassed(now: NIODeadline) -> Action {
        guard let deadline, deadline <= now else { return .none }
        let slowBody = bodyDeadline == deadline && unanswered == 1 && !answerBegan
        return slowBody ? .refuse(.tooSlow) : .close
    }

    /// The bytes that came are not HTTP, or too many of them are headers.
    ///
    /// Only what stands alone is answered: behind an answer, or in the place of the rest of a body, another one would be
    /// taken for the next request's.
    mutating func failed(headersTooLarge: Bool) -> Action {
        if isQuiet { return .refuse(headersTooLarge ? .headersTooLarge : .malformed) }
        guard unanswered > 0 else { return .close }
        closesAfterAnswer = true
        return .none
    }
}
