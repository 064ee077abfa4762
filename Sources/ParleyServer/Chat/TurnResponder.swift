import Hummingbird
import Parley
import ParleyWire
import Synchronization

/// Carries a turn out for a request and writes its answer, streamed or whole.
struct TurnResponder: Sendable {
    let turns: Turns
    let state: ServerState

    /// Answers `turn` in the shape that `shape` makes for its id, time and model.
    func respond(
        _ turn: TurnRequest,
        _ context: ParleyRequestContext,
        shape: @escaping @Sendable (_ id: String, _ created: Int, _ model: String) -> any AnswerShape
    ) async throws -> Response {
        switch try await begin(turn, context) {
        case .replayed(let stored, let outputs):
            return replay(stored, outputs, streamed: turn.streamed, shape)
        case .background:
            throw ParleyError(.invalidRequest, "This Idempotency-Key was used for a response in the background.")
        case .running(let handle):
            let running = handle.turn
            let headers = HTTPFields.turn(running.idText, running.accepted.conversation)
            guard turn.streamed else {
                return try await whole(handle, context, headers) {
                    shape(running.idText, running.createdAt.seconds, $0)
                }
            }
            return streamed(handle, context, headers) { shape(running.idText, running.createdAt.seconds, $0) }
        }
    }

    /// A client that leaves before the first event ends the wait.
    private func begin(_ turn: TurnRequest, _ context: ParleyRequestContext) async throws -> BegunTurn {
        try await context.withClientGoneCancellation { try await turns.begin(turn) }
    }
}

extension TurnResponder {
    private func whole(
        _ handle: TurnHandle,
        _ context: ParleyRequestContext,
        _ headers: HTTPFields,
        _ shape: (String) -> any AnswerShape
    ) async throws -> Response {
        var answer = AnswerChunk()
        let outcome = try await context.withClientGoneHandler {
            try await handle.run { chunks in
                if let last = chunks.last { answer = last }
            }
        } onGone: {
            handle.clientLeft()
        }
        state.metrics.note(outcome.usage)
        if let error = outcome.error { throw error }
        let object = shape(outcome.model).object(answer, usage: outcome.usage, model: outcome.model)
        return .json(object, headers: headers)
    }

    private func streamed(
        _ handle: TurnHandle,
        _ context: ParleyRequestContext,
        _ headers: HTTPFields,
        _ shape: @escaping @Sendable (String) -> any AnswerShape
    ) -> Response {
        let state = state
        return .eventStream(headers, state) { writer in
            let outcome = try await relay(handle, context, shape, to: &writer)
            state.metrics.note(outcome.usage)
        }
    }

    /// Writes each batch as it comes, and after the settlement what is a promise.
    private func relay(
        _ handle: TurnHandle,
        _ context: ParleyRequestContext,
        _ makeShape: (String) -> any AnswerShape,
        to writer: inout any ResponseBodyWriter
    ) async throws -> TurnOutcome {
        var stream = EventStreamEncoder(capacity: 4096)
        var shape: (any AnswerShape)?
        var output = writer
        defer { writer = output }
        let outcome = try await context.withClientGoneHandler {
            try await handle.run { chunks in
                guard !chunks.isEmpty else {
                    return try await output.write(ByteBuffer(bytes: EventStreamEncoder.keepAlive))
                }
                let current = shape ?? makeShape(chunks.first?.model ?? handle.turn.route.model)
                shape = current
                for chunk in chunks { current.event(chunk, to: &stream) }
                let bytes = stream.take()
                if !bytes.isEmpty { try await output.write(ByteBuffer(bytes: bytes)) }
            }
        } onGone: {
            handle.clientLeft()
        }
        let last = shape ?? makeShape(handle.turn.route.model)
        if let error = outcome.error {
            stream.event(json: ErrorObject(error).encoded)
        } else {
            if outcome.finishInferred { last.finish(.stop, to: &stream) }
            last.usage(outcome.usage, to: &stream)
            stream.done()
        }
        try await output.write(ByteBuffer(bytes: stream.take()))
        return outcome
    }
}

extension TurnResponder {
    private func replay(
        _ turn: Turn,
        _ outputs: [Item],
        streamed: Bool,
        _ makeShape: (String, Int, String) -> any AnswerShape
    ) -> Response {
        let shape = makeShape(turn.idText, turn.createdAt.seconds, turn.model)
        let usage = turn.usage ?? Usage(inputTokens: 0, outputTokens: 0, estimated: true)
        var headers = HTTPFields.turn(turn.idText, turn.conversation)
        guard streamed else {
            let chunk = AnswerChunk(
                choices: ChatAnswer.choices(turn, outputs: outputs),
                systemFingerprint: turn.systemFingerprint,
                serviceTier: turn.serviceTier
            )
            return .json(shape.object(chunk, usage: usage, model: turn.model), headers: headers)
        }
        var stream = EventStreamEncoder()
        for choices in ChatAnswer.chunkChoices(turn, outputs: outputs) {
            shape.event(AnswerChunk(choices: choices), to: &stream)
        }
        shape.usage(usage, to: &stream)
        stream.done()
        headers[.contentType] = "text/event-stream; charset=utf-8"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: stream.bytes)))
    }
}

extension RunningTurn {
    /// The identifier on the wire, by face.
    var idText: String { face.idPrefix + id.digits }
}

extension Metrics {
    func note(_ usage: Usage) { observe(.tokens(input: usage.inputTokens, output: usage.outputTokens)) }
}
