import Hummingbird
import Parley
import ParleyWire

/// What a conversation's next turn would send, without sending it.
struct ContextRoutes {
    let services: Services

    @Sendable func show(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await request.json(context, optional: true)
        let members = ObjectMembers(body.object)
        let settings = try members.object("context")
        let explained = try await services.turns.explain(
            TurnRequest(
                caller: try context.requireCaller(),
                face: .chat,
                operation: .chatCompletions,
                conversation: try context.conversationID,
                endUser: nil,
                instructions: [],
                input: try ItemObject.input(members["input"], parameter: "input"),
                model: try members.string("model"),
                policy: try settings?.policy(),
                budget: try settings?.budget(),
                maximumOutput: nil,
                tools: nil,
                recorded: false,
                stored: false,
                metadata: [:],
                streamed: false,
                manySamples: false,
                idempotency: nil,
                fingerprint: [],
                isRetry: false,
                encode: { _, _ in [] }
            )
        )
        return .json(ContextObject.json(explained.report))
    }
}
