import Hummingbird
import Parley
import ParleyWire

/// Carries a turn out and answers it as a response: whole, as events, or later.
struct ResponseResponder: Sendable {
    let turns: Turns
    let store: any TurnStore
    let state: ServerState

    /// Carries `turn` out; with `streamed` the client wants events.
    func respond(
        _ turn: TurnRequest,
        streamed isStreamed: Bool,
        _ context: ParleyRequestContext
    ) async throws -> Response {
        let owner = turn.caller.user.id
        switch try await context.withClientGoneCancellation({ try await turns.begin(turn) }) {
        case .running(let handle):
            let object = ResponseObject(handle.turn, turn)
            return isStreamed
                ? streamed(handle, object, context) : try await whole(handle, object, context)
        case .background(let running, _):
            guard isStreamed else {
                var object = ResponseObject(running, turn)
                object.status = .queued
                return .json(object.json, headers: .turn(running.idText, running.accepted.conversation))
            }
            return watch(running, ResponseObject(running, turn), after: -1, context)
        case .replayed(let stored, let outputs):
            guard isStreamed else {
                let object = ResponseObject(stored, output: outputs)
                return .json(object.json, headers: .turn(stored.idText, stored.conversation))
            }
            return try replay(stored, after: -1, of: owner)
        }
    }

    /// The events of a turn in the background after a number: those that were, then those that come.
    func watch(_ turn: Turn, after: Int, _ context: ParleyRequestContext) throws -> Response {
        let owner = try context.owner
        if turn.status == .running, let running = turns.running(turn.id, of: owner) {
            return watch(running, ResponseObject(turn, output: []), after: after, context)
        }
        // It may have ended since it was read.
        let ended = try store.turn(turn.id, of: owner)
        guard ended.status != .running else { throw Self.unsettled }
        return try replay(ended, after: after, of: owner)
    }

    /// Its end could not be written yet, as on a full disk.
    private static var unsettled: ParleyError {
        ParleyError(.overloaded, "The end of this response is not on disk yet. Please try again.")
    }
}

extension ResponseResponder {
    private func whole(
        _ handle: TurnHandle,
        _ object: ResponseObject,
        _ context: ParleyRequestContext
    ) async throws -> Response {
        let outcome = try await context.withClientGoneHandler {
            try await handle.run { _ in }
        } onGone: {
            handle.clientLeft()
        }
        state.metrics.note(outcome.usage)
        if let error = outcome.error { throw error }
        var object = object
        object.settle(outcome)
        return .json(object.json, headers: .turn(object.id, handle.turn.accepted.conversation))
    }

    private func streamed(
        _ handle: TurnHandle,
        _ object: ResponseObject,
        _ context: ParleyRequestContext
    ) -> Response {
        let turn = handle.turn
        return .eventStream(.turn(object.id, turn.accepted.conversation), state) { writer in
            var events = ResponseEvents(object, turn: turn.id)
            events.begin()
            if let summary = turn.summary { events.add(ItemObject.json(summary)) }
            let outcome = try await context.withClientGoneHandler {
                try await handle.run { chunks in
                    for delta in chunks.flatMap(\.deltas) { events.add(delta) }
                    if chunks.isEmpty { events.keepAlive() }
                    let bytes = events.take()
                    if !bytes.isEmpty { try await writer.write(ByteBuffer(bytes: bytes)) }
                }
            } onGone: {
                handle.clientLeft()
            }
            state.metrics.note(outcome.usage)
            events.end(outcome)
            try await writer.write(ByteBuffer(bytes: events.take()))
        }
    }

    /// Ends at once when the client leaves, and without a last event when the turn's end could not be written.
    private func watch(
        _ running: RunningTurn,
        _ object: ResponseObject,
        after: Int,
        _ context: ParleyRequestContext
    ) -> Response {
        .eventStream(.turn(object.id, running.accepted.conversation), state) { writer in
            var events = ResponseEvents(object, turn: running.id, after: after)
            events.begin()
            if let summary = running.summary { events.add(ItemObject.json(summary)) }
            let watch = TurnWatch(running)
            try await context.withClientGoneHandler {
                var seen = 0
                repeat {
                    let bytes = events.take()
                    if !bytes.isEmpty { try await writer.write(ByteBuffer(bytes: bytes)) }
                    guard let pieces = try await watch.pieces(from: seen) else { break }
                    for piece in pieces { events.add(piece) }
                    if pieces.isEmpty { events.keepAlive() }
                    seen += pieces.count
                } while true
            } onGone: {
                watch.leave()
            }
            let ended = try store.turn(running.id, of: running.accepted.owner)
            guard ended.status != .running else { throw Self.unsettled }
            events.end(ended)
            try await writer.write(ByteBuffer(bytes: events.take()))
        }
    }

    private func replay(_ turn: Turn, after: Int, of owner: User.ID) throws -> Response {
        let outputs = try store.items(of: turn.id, owner: owner).output
        let kept = turn.background ? try store.keptAnswer(of: turn.id, of: owner) : KeptAnswer()
        let answer = outputs.filter { $0.content.kind != .compaction }
        let pieces = kept.pieces.isEmpty ? AnswerDelta.pieces(of: answer, turn.finish) : kept.pieces
        var object = ResponseObject(turn, output: []).begun
        object.model = kept.opening?.model ?? object.model
        var events = ResponseEvents(object, turn: turn.id, after: after)
        events.begin()
        for summary in summaries(kept, outputs) { events.add(summary) }
        for piece in pieces { events.add(piece) }
        events.end(turn)
        let bytes = events.take()
        return .eventStream(.turn(turn.idText, turn.conversation), state) { writer in
            try await writer.write(ByteBuffer(bytes: bytes))
        }
    }

    /// The summary that was made for a turn, as it was shown.
    private func summaries(_ kept: KeptAnswer, _ outputs: [Item]) -> [JSON] {
        if let opening = kept.opening { return opening.summary.map { [ItemObject.json($0)] } ?? [] }
        return outputs.filter { $0.content.kind == .compaction }.map(ItemObject.json)
    }
}

extension ResponseObject {
    fileprivate init(_ turn: RunningTurn, _ request: TurnRequest) {
        self.init(
            id: turn.idText,
            created: turn.createdAt.seconds,
            echo: request.parameters ?? .init(),
            model: turn.route.model
        )
    }

    fileprivate mutating func settle(_ outcome: TurnOutcome) {
        settle(outcome.status, reason: outcome.reason, at: outcome.settledAt)
        output = outcome.outputs.map(ItemObject.json)
        usage = outcome.usage
        model = outcome.model
    }
}

extension ResponseEvents {
    fileprivate mutating func end(_ outcome: TurnOutcome) {
        end(
            outcome.status,
            reason: outcome.reason,
            message: outcome.error?.message,
            usage: outcome.usage,
            model: outcome.model,
            at: outcome.settledAt
        )
    }

    fileprivate mutating func end(_ turn: Turn) {
        end(
            turn.status,
            reason: turn.reason,
            message: nil,
            usage: turn.usage,
            model: turn.model,
            at: turn.settledAt ?? turn.createdAt
        )
    }
}
