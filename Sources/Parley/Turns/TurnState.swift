/// What a running turn knows about itself: `running → completed | incomplete | failed | cancelled`, once.
///
/// Pure: the owner tells it what happened and does what it answers. It never performs anything.
package struct TurnState: Sendable {
    package private(set) var answer: AnswerAccumulator
    package private(set) var usage: Usage?
    package private(set) var model: String?
    /// The `choices` of the last chunk: of an answer that is not streamed, all of it.
    package private(set) var choices: [UInt8]?
    /// `system_fingerprint` and `service_tier`, when the upstream says them.
    package private(set) var systemFingerprint: String?
    package private(set) var serviceTier: String?
    private var ending: Ending?
    private var unkept: [AnswerDelta] = []
    private var parts = 0

    /// How a turn ends.
    package struct Ending: Hashable, Sendable {
        package var status: Turn.Status
        package var reason: String?
        /// Whether the active path then ends with this turn.
        package var movesTip: Bool
    }

    /// What happened to the turn from outside.
    package enum Interruption: Sendable {
        /// Somebody asked for it to stop; `keep` makes what was said the tip.
        case cancelled(keep: Bool)
        /// The client went away.
        case clientLeft
        /// The key was revoked or has expired, or its user was disabled.
        case revoked
        /// The process is about to end.
        case shutdown
        /// The upstream failed, or anything else went wrong.
        case failure(ParleyError.Code)
    }

    package init(of turn: Turn.ID) {
        answer = AnswerAccumulator(of: turn)
    }

    /// Whether it is still decided by nothing.
    package var isRunning: Bool { ending == nil }

    /// Takes what the upstream said.
    ///
    /// After the end it is ignored.
    package mutating func receive(_ chunk: AnswerChunk) {
        guard isRunning else { return }
        for delta in chunk.deltas {
            answer.add(delta)
            unkept.append(delta)
        }
        usage = chunk.usage ?? usage
        choices = chunk.choices
        model = model ?? chunk.model
        systemFingerprint = systemFingerprint ?? chunk.systemFingerprint
        serviceTier = serviceTier ?? chunk.serviceTier
    }

    /// The upstream's answer is complete.
    /// - Returns: how the turn ends; the first ending stands, whatever comes later.
    package mutating func finish() -> Ending {
        switch answer.finish {
        case .length: end(.init(status: .incomplete, reason: "max_output_tokens", movesTip: true))
        case .contentFilter: end(.init(status: .incomplete, reason: "content_filter", movesTip: true))
        case .stop, .toolCalls, .functionCall, nil: end(.init(status: .completed, reason: nil, movesTip: true))
        }
    }

    /// The answer breaks off.
    package mutating func interrupt(_ interruption: Interruption) -> Ending {
        switch interruption {
        case .cancelled(let keep):
            end(.init(status: .cancelled, reason: "cancelled", movesTip: keep && !answer.isEmpty))
        case .clientLeft: end(.init(status: .cancelled, reason: "client_left", movesTip: false))
        case .revoked: end(.init(status: .cancelled, reason: "access_revoked", movesTip: false))
        case .shutdown: end(.init(status: .failed, reason: "server_shutdown", movesTip: false))
        case .failure(let code): end(.init(status: .failed, reason: code.rawValue, movesTip: false))
        }
    }

    private mutating func end(_ new: Ending) -> Ending {
        let ending = ending ?? new
        self.ending = ending
        return ending
    }

    /// What was said since the last time, with its number; `nil` when nothing was or the turn has ended.
    ///
    /// With `last` also after the end, for a turn whose pieces are all kept.
    package mutating func takeCheckpoint(last: Bool = false) -> (part: Int, deltas: [AnswerDelta])? {
        guard isRunning || last, !unkept.isEmpty else { return nil }
        defer {
            unkept = []
            parts += 1
        }
        return (parts, unkept)
    }

    /// Takes back the last checkpoint, which could not be kept; the next one begins with it and has its number.
    package mutating func putBack(_ deltas: [AnswerDelta], as part: Int) {
        unkept = deltas + unkept
        parts = part
    }

    /// The items of the answer, complete or as far as they came.
    package func items(_ ending: Ending) -> [ItemDraft] {
        answer.items(status: ending.status == .completed ? .completed : .incomplete)
    }
}
