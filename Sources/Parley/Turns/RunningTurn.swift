import Synchronization

/// A turn between accept and settle.
///
/// Whoever began it must drive it with ``run(_:)``.
package final class RunningTurn: Sendable {
    package let id: Turn.ID
    package let face: Turn.Face
    package let accepted: AcceptedTurn
    package let route: ModelRoute
    package let createdAt: Timestamp
    let request: TurnRequest
    let context: Context?
    /// Leave to run; `nil` when nothing limits who asked.
    let permit: Permit?
    /// The summary that was made for this turn, stored in front of its answer.
    package let summary: ItemDraft?

    struct Shared: Sendable {
        var turn: TurnState
        /// What a turn in the background has said, for those who watch it.
        var pieces: [AnswerDelta] = []
        var watchers: [ObjectIdentifier: CheckedContinuation<Void, Never>] = [:]
        var opening: Task<any AnswerStream, any Error>?
        var stream: (any AnswerStream)?
        /// Those who sent the same request again and wait for its end.
        var followers: [CheckedContinuation<Void, Never>] = []
        var settled = false
    }

    private let shared: Mutex<Shared>

    init(_ accepted: AcceptedTurn, request: TurnRequest, _ prepared: PreparedTurn) {
        id = accepted.id
        face = request.face
        self.accepted = accepted
        route = prepared.route
        self.request = request
        context = prepared.context
        permit = prepared.permit
        summary = prepared.summary
        createdAt = accepted.createdAt
        shared = Mutex(Shared(turn: TurnState(of: accepted.id)))
    }

    func withShared<Result: Sendable>(_ body: (inout Shared) -> Result) -> Result {
        shared.withLock { body(&$0) }
    }
}

extension RunningTurn {
    /// Calls the upstream and waits for its first event.
    func open(_ upstream: any Upstream, _ body: [UInt8]) async throws {
        let call = UpstreamRequest(
            route: route,
            operation: request.operation,
            body: body,
            streamed: request.streamed,
            requestID: face.idPrefix + id.digits
        )
        let opening = Task.immediate { try await upstream.open(call) }
        let interrupted = shared.withLock { shared in
            shared.opening = opening
            return !shared.turn.isRunning
        }
        if interrupted { opening.cancel() }
        let stream = try await withTaskCancellationHandler {
            try await opening.value
        } onCancel: {
            opening.cancel()
        }
        let late = shared.withLock { shared in
            shared.opening = nil
            shared.stream = stream
            return !shared.turn.isRunning
        }
        if late { stream.cancel() }
    }

    /// The next pieces of the answer, remembered before they are handed on.
    func next() async throws -> [AnswerChunk]? {
        guard let stream = shared.withLock({ $0.stream }), let chunks = try await stream.next() else { return nil }
        shared.withLock { shared in
            for chunk in chunks { shared.turn.receive(chunk) }
        }
        return chunks
    }

    /// Stops the turn from outside; the one who drives it settles it.
    func interrupt(_ interruption: TurnState.Interruption) {
        let (opening, stream) = shared.withLock { shared in
            _ = shared.turn.interrupt(interruption)
            return (shared.opening, shared.stream)
        }
        opening?.cancel()
        stream?.cancel()
    }

    func finish() -> (TurnState.Ending, TurnState) {
        shared.withLock { shared in
            let ending = shared.turn.finish()
            return (ending, shared.turn)
        }
    }

    func end(_ interruption: TurnState.Interruption) -> (TurnState.Ending, TurnState) {
        let result = shared.withLock { shared in
            let ending = shared.turn.interrupt(interruption)
            return (ending, shared.turn, shared.stream)
        }
        result.2?.cancel()
        return (result.0, result.1)
    }

    /// What was said since the last checkpoint; with `last` also of a turn that was stopped and is about to be settled.
    func takeCheckpoint(last: Bool = false) -> TurnCheckpoint? {
        shared.withLock { $0.turn.takeCheckpoint(last: last) }.map {
            TurnCheckpoint(row: accepted.row, part: $0.part, deltas: $0.deltas)
        }
    }

    /// Takes back what could not be written; the next checkpoint has it again.
    func putBack(_ checkpoint: TurnCheckpoint) {
        shared.withLock { $0.turn.putBack(checkpoint.deltas, as: checkpoint.part) }
    }
}

extension RunningTurn {
    /// Returns once the turn is settled.
    func waitUntilSettled() async {
        await withCheckedContinuation { continuation in
            let settled = shared.withLock { shared in
                if !shared.settled { shared.followers.append(continuation) }
                return shared.settled
            }
            if settled { continuation.resume() }
        }
    }

    /// How a turn that is not stored looks once it was stopped.
    var unrecorded: Turn {
        let (ending, state) = finish()
        return Turn(
            id: id,
            conversation: nil,
            face: face,
            status: ending.status,
            reason: ending.reason,
            model: state.model ?? route.model,
            createdAt: createdAt,
            settledAt: .now,
            usage: state.usage,
            finish: state.answer.finish,
            choices: nil
        )
    }

    func markSettled() {
        let followers = shared.withLock { shared in
            defer { (shared.followers, shared.watchers) = ([], [:]) }
            shared.settled = true
            return shared.followers + shared.watchers.values
        }
        for follower in followers { follower.resume() }
    }
}
