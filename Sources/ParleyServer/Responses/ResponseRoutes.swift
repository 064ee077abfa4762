import Hummingbird
import Parley
import ParleyWire

/// `/v1/responses`: OpenAI's stateful way to ask, over the same turns as every other.
struct ResponseRoutes: Sendable {
    let services: Services
    let responder: ResponseResponder

    init(services: Services, state: ServerState) {
        self.services = services
        responder = ResponseResponder(turns: services.turns, store: services.turnStore, state: state)
    }

    @Sendable func create(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await request.json(context)
        let wanted = try ResponseRequest(body.object)
        guard let input = wanted.input else {
            throw ParleyError(.missingParameter, "Missing required parameter: 'input'.", parameter: "input")
        }
        let items = try items(input, of: try context.owner)
        let turn = try TurnRequest(wanted, input: items, request, context, body: body.bytes)
        return try await responder.respond(turn, streamed: wanted.streamed, context)
    }

    /// The response as it stands; with `stream=true` the events of one that runs, or ran, in the background.
    @Sendable func show(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let query = Query(request)
        let turn = try response(context)
        let after = try query.integer("starting_after", in: 0...Usage.ceiling) ?? -1
        guard try query.flag("stream") == true else {
            let items = try services.turnStore.items(of: turn.id, owner: context.owner)
            return .json(ResponseObject(turn, output: items.output).json)
        }
        guard turn.background else {
            throw ParleyError(
                .invalidValue,
                "Only a response that was made with 'background': true can be streamed again.",
                parameter: "stream"
            )
        }
        return try responder.watch(turn, after: after, context)
    }

    @Sendable func delete(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let turn = try response(context)
        let owner = try context.owner
        if turn.status == .running { _ = try await services.turns.cancel(turn.id, keep: false, of: owner) }
        try await services.turnStore.deleteResponse(turn.id, of: owner)
        return .json(["id": .string(turn.idText), "object": "response", "deleted": true])
    }

    /// Stops one that runs in the background; one that has ended stays as it is.
    @Sendable func cancel(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        var turn = try response(context)
        guard turn.background else {
            throw ParleyError(.invalidRequest, "Only a response with 'background': true can be cancelled.")
        }
        let owner = try context.owner
        if turn.status == .running { turn = try await services.turns.cancel(turn.id, keep: false, of: owner) }
        let items = try services.turnStore.items(of: turn.id, owner: owner)
        return .json(ResponseObject(turn, output: items.output).json)
    }

    /// What the model got apart from the instructions, newest first unless asked otherwise.
    @Sendable func inputItems(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let paging = try Paging<Item>(Query(request), context.limits)
        let turn = try response(context)
        let query = ItemQuery(after: paging.after, limit: paging.limit, ascending: paging.ascending)
        return .json(ItemObject.list(try services.turnStore.inputItems(query, of: turn.id, owner: context.owner)))
    }

    /// Counts what a response would cost in input, without asking anybody or storing anything.
    @Sendable func inputTokens(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await request.json(context, optional: true)
        let wanted = try ResponseRequest(body.object)
        let items = try wanted.input.map { try self.items($0, of: try context.owner) } ?? []
        let turn = try TurnRequest(wanted, input: items, request, context, body: body.bytes)
        let explained = try await services.turns.explain(turn)
        return .json(["object": "response.input_tokens", "input_tokens": JSON(explained.report.tokens)])
    }

    /// What was said, made short enough to go on with.
    @Sendable func compact(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await request.json(context)
        let wanted = try ResponseRequest(body.object)
        guard wanted.model != nil else {
            throw ParleyError(.missingParameter, "Missing required parameter: 'model'.", parameter: "model")
        }
        let items = try wanted.input.map { try self.items($0, of: try context.owner) } ?? []
        let turn = try TurnRequest(wanted, input: items, request, context, body: body.bytes)
        let compacted = try await context.withClientGoneCancellation { try await services.turns.compact(turn) }
        return .json([
            "id": .string(Turn.Face.response.idPrefix + compacted.id.digits), "object": "response.compaction",
            "created_at": JSON(compacted.createdAt.seconds), "output": .array(compacted.items.map(ItemObject.json)),
            "usage": ResponseObject.usage(compacted.usage),
        ])
    }
}

extension ResponseRoutes {
    /// The `:response` of the path; one that is not stored is not found.
    private func response(_ context: ParleyRequestContext) throws -> Turn {
        let text = context.parameter("response")
        let missing = ParleyError.notFound("Response", text)
        guard text.hasPrefix(Turn.Face.response.idPrefix), let id = Turn.ID(text) else { throw missing }
        do {
            let turn = try services.turnStore.turn(id, of: context.owner)
            guard turn.face == .response, turn.stored else { throw missing }
            return turn
        } catch let error as ParleyError where error.code == .notFound {
            throw missing
        }
    }

    /// The items that an input stands for; a reference stands for the item that it names.
    private func items(_ input: JSON, of owner: User.ID) throws -> [ItemContent] {
        guard let list = input.array else { return try ItemObject.input(input, parameter: "input") }
        let whole = try list.map { element in
            try ItemObject.reference(element).map { try item($0, of: owner) } ?? services.opened(element, of: owner)
        }
        return try ItemObject.input(.array(whole), parameter: "input")
    }

    private func item(_ text: String, of owner: User.ID) throws -> JSON {
        do {
            guard let id = Item.ID(text) else { throw ParleyError.notFound("Item", text) }
            return .object(try services.conversations.item(id, of: owner).content.json)
        } catch let error as ParleyError where error.code == .notFound {
            throw ParleyError.notFound("Item", text)
        }
    }
}
