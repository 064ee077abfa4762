import Hummingbird
import Parley
import ParleyWire

extension TurnRequest {
    /// What a chat request asks for.
    ///
    /// Older routes name the `model` in the path; that one counts.
    init(
        _ chat: ChatRequest,
        _ request: Request,
        _ context: ParleyRequestContext,
        recordsByDefault: Bool,
        face: Turn.Face = .chat,
        model: String? = nil
    ) throws {
        let recorded = chat.stored != false && (recordsByDefault || chat.stored == true)
        let conversation = try Self.conversation(chat.conversation ?? request.headers[.conversation])
        guard recorded || conversation == nil else {
            throw ParleyError(.mutuallyExclusive, "A turn in a conversation is stored.", parameter: "store")
        }
        let items = recorded ? try ChatMessages.items(chat.messages()) : try Self.checked(chat)
        let head = items.prefix(while: \.isInstruction)
        self.init(
            caller: try context.requireCaller(),
            face: face,
            operation: .chatCompletions,
            conversation: conversation,
            endUser: chat.endUser,
            instructions: Array(head),
            input: Array(items.dropFirst(head.count)),
            model: model ?? chat.model,
            policy: chat.policy,
            budget: chat.budget,
            maximumOutput: chat.maximumOutput,
            tools: chat.tools,
            recorded: recorded,
            stored: chat.stored ?? false,
            metadata: chat.metadata,
            streamed: chat.streamed,
            manySamples: chat.samples > 1,
            idempotency: try Self.idempotency(request, context, chat.slices.bytes),
            fingerprint: Self.fingerprint(request, chat.slices.bytes),
            isRetry: (request.headers[.retryCount].flatMap { Int($0) } ?? 0) > 0,
            encode: chat.encoded
        )
        samples = chat.samples
        choices = { ChatAnswer.choices($0) }
    }

    /// What is not recorded is not taken apart either; it must have messages all the same.
    private static func checked(_ chat: ChatRequest) throws -> [ItemContent] {
        if chat.slices.range(of: "messages").map({ chat.slices.bytes[$0].starts(with: Array("[{".utf8)) }) != true {
            _ = try chat.messages()
        }
        return []
    }

    static func conversation(_ text: String?) throws -> Conversation.ID? {
        guard let text, !text.isEmpty else { return nil }
        guard let id = Conversation.ID(text) else { throw ParleyError.notFound("Conversation", text) }
        return id
    }

    static func idempotency(
        _ request: Request,
        _ context: ParleyRequestContext,
        _ body: [UInt8]
    ) throws -> IdempotencyKey? {
        try context.idempotencyKey(of: request).map { IdempotencyKey(key: $0, request: fingerprint(request, body)) }
    }

    static func fingerprint(_ request: Request, _ body: [UInt8]) -> [UInt8] {
        let conversation = request.headers[.conversation] ?? ""
        return Array(request.uri.path.utf8) + [0] + Array(conversation.utf8) + [0] + body
    }
}
