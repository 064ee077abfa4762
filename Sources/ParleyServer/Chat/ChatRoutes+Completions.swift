import Hummingbird
import Parley
import ParleyWire
import Synchronization

/// Which models are known to have no legacy route upstream, so that their prompts go as chats at once.
final class CompletionBridges: Sendable {
    private let models = Mutex<Set<String>>([])

    func contains(_ model: String?) -> Bool { models.withLock { $0.contains(model ?? "") } }

    /// Forgets everything when it grows too long for the names to be honest.
    func insert(_ model: String?) {
        models.withLock { models in
            if models.count >= 1000 { models.removeAll() }
            models.insert(model ?? "")
        }
    }
}

extension ChatRoutes {
    @Sendable
    func complete(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let completion = try CompletionRequest(JSONSlices(try await request.text(context)))
        var turn = try turn(completion, request, context)
        if case .messages = completion.question { return try await answer(turn, completion, context) }
        // A conversation's history goes out as messages; the legacy route takes none.
        guard turn.conversation == nil, !bridges.contains(turn.model) else {
            return try await answer(bridged(turn, completion), completion, context)
        }
        turn.operation = .completions
        turn.encode = completion.encoded
        do {
            return try await answer(turn, completion, context)
        } catch let error as ParleyError where Self.hasNoLegacyRoute(error) {
            let response = try await answer(bridged(turn, completion), completion, context)
            bridges.insert(turn.model)
            return response
        }
    }

    /// An upstream without the route says 404; OpenAI refuses chat models there.
    private static func hasNoLegacyRoute(_ error: ParleyError) -> Bool {
        error.code == .unknownURL || error.code == .modelNotFound
    }

    private func bridged(_ turn: TurnRequest, _ completion: CompletionRequest) throws -> TurnRequest {
        if case .other = completion.question {
            throw ParleyError(
                .unsupportedParameter,
                "The model takes one prompt of text at a time.",
                parameter: "prompt"
            )
        }
        var turn = turn
        turn.operation = .chatCompletions
        turn.encode = completion.bridged
        return turn
    }

    private func answer(
        _ turn: TurnRequest,
        _ completion: CompletionRequest,
        _ context: ParleyRequestContext
    ) async throws -> Response {
        try await responder.respond(turn, context) { id, created, model in
            CompletionShape(
                answer: CompletionAnswer(id: id, created: created, model: model),
                includesUsage: completion.chat.includesUsage
            )
        }
    }

    private func turn(
        _ completion: CompletionRequest,
        _ request: Request,
        _ context: ParleyRequestContext
    ) throws -> TurnRequest {
        let chat = completion.chat
        let items = try completion.items()
        let head = items.prefix(while: \.isInstruction)
        let recorded = chat.stored != false && (settings.recordsByDefault || chat.stored == true) && !items.isEmpty
        var turn = TurnRequest(
            caller: try context.requireCaller(),
            face: .completion,
            operation: .chatCompletions,
            conversation: try TurnRequest.conversation(chat.conversation ?? request.headers[.conversation]),
            endUser: chat.endUser,
            instructions: Array(head),
            input: Array(items.dropFirst(head.count)),
            model: engine(context) ?? chat.model,
            policy: chat.policy,
            budget: chat.budget,
            maximumOutput: chat.maximumOutput,
            tools: chat.tools,
            recorded: recorded,
            stored: false,
            metadata: chat.metadata,
            streamed: chat.streamed,
            manySamples: chat.samples > 1,
            idempotency: try TurnRequest.idempotency(request, context, chat.slices.bytes),
            fingerprint: TurnRequest.fingerprint(request, chat.slices.bytes),
            isRetry: (request.headers[.retryCount].flatMap { Int($0) } ?? 0) > 0,
            encode: completion.bridged
        )
        turn.samples = completion.answers
        return turn
    }
}
