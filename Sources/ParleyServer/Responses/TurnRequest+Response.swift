import Hummingbird
import Parley
import ParleyWire

extension TurnRequest {
    /// What a request for a response asks for.
    ///
    /// In its `input` references to items are replaced by the items.
    init(
        _ wanted: ResponseRequest,
        input: [ItemContent],
        _ request: Request,
        _ context: ParleyRequestContext,
        body: [UInt8]
    ) throws {
        let named = wanted.conversation ?? (wanted.previous == nil ? request.headers[.conversation] : nil)
        let conversation = try Self.conversation(named)
        self.init(
            caller: try context.requireCaller(),
            face: .response,
            operation: .chatCompletions,
            conversation: conversation,
            endUser: nil,
            instructions: wanted.instructionItems,
            input: input,
            model: wanted.model,
            policy: wanted.policy ?? (wanted.truncates ? .recent : conversation == nil ? .all : nil),
            budget: wanted.budget,
            maximumOutput: wanted.maximumOutput,
            tools: wanted.tools.text,
            recorded: conversation != nil || wanted.stored,
            stored: wanted.stored,
            metadata: wanted.metadata,
            streamed: wanted.streamsUpstream,
            manySamples: false,
            idempotency: try Self.idempotency(request, context, body),
            fingerprint: Self.fingerprint(request, body),
            isRetry: (request.headers[.retryCount].flatMap { Int($0) } ?? 0) > 0,
            previous: try wanted.previous.map(Self.previous),
            background: wanted.background,
            parameters: wanted.echo(conversation: conversation?.text),
            encode: { model, context in context.map { wanted.chat(model: model, context: $0) } ?? [] }
        )
        summaryMark = wanted.compactThreshold
    }

    private static func previous(_ text: String) throws -> Turn.ID {
        guard text.hasPrefix(Turn.Face.response.idPrefix), let id = Turn.ID(text) else {
            throw ParleyError(
                .previousResponseNotFound,
                "Previous response with id '\(text)' not found.",
                parameter: "previous_response_id"
            )
        }
        return id
    }
}
