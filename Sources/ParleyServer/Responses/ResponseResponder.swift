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
                    for chunk in chunks { events.add(chunk.deltas) }
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

    mutating func end(_ turn: Turn) {
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
