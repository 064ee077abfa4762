import Hummingbird
import Parley
import ParleyWire

/// `/v1/chat/completions`, and the older routes that lead to the same turns.
struct ChatRoutes: Sendable {
    let settings: ServerSettings
    let responder: TurnResponder
    let bridges: CompletionBridges

    init(services: Services, settings: ServerSettings, state: ServerState) {
        self.settings = settings
        responder = TurnResponder(turns: services.turns, state: state)
        bridges = CompletionBridges()
    }

    /// The routes that ask for a key.
    func add(to routes: some RouterMethods<ParleyRequestContext>) {
        routes.post("v1/chat/completions", use: chat)
        routes.post("v1/engines/:engine/chat/completions", use: chat)
        routes.post("v1/completions", use: complete)
        routes.post("v1/engines/:engine/completions", use: complete)
    }

    /// The routes of the tutorials' own servers, which an operator may open without a key.
    func addTutorialRoutes(to routes: some RouterMethods<ParleyRequestContext>) {
        routes.post("chat", use: tutorialChat)
        routes.post("ask_gpt", use: askGPT)
    }

    @Sendable
    private func chat(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let chat = try ChatRequest(JSONSlices(try await request.text(context)))
        let turn = try TurnRequest(
            chat,
            request,
            context,
            recordsByDefault: settings.recordsByDefault,
            model: engine(context)
        )
        return try await responder.respond(turn, context) { id, created, model in
            ChatShape(
                answer: ChatAnswer(id: id, created: created, model: model),
                includesUsage: chat.includesUsage
            )
        }
    }

    /// The model that older SDKs put into the path.
    func engine(_ context: ParleyRequestContext) -> String? {
        context.parameters.get("engine").map { _ in context.parameter("engine") }
    }
}
