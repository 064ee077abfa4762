import Hummingbird
import Parley
import ParleyWire

/// Turns: those of a conversation, one of them, and its end.
struct TurnRoutes {
    let services: Services

    @Sendable func list(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let query = Query(request)
        try query.refuseOthers(than: ["after", "limit"])
        let paging = try Paging<Turn>(query, context.limits)
        let owner = try context.owner
        let conversation = try context.conversationID
        let page = try services.turnStore.turns(
            of: conversation,
            after: paging.after,
            limit: paging.limit,
            owner: owner
        )
        return .json(ListObject.json(try page.elements.map { try object($0, owner) }, hasMore: page.hasMore))
    }

    @Sendable func show(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let owner = try context.owner
        return .json(try object(try services.turnStore.turn(context.turnID, of: owner), owner))
    }

    /// Stops the answer; with `"keep": true` what was said so far stays in the conversation.
    @Sendable func cancel(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await request.json(context, optional: true)
        let keep = try ObjectMembers(body.object).bool("keep") ?? false
        let owner = try context.owner
        return .json(try object(try await services.turns.cancel(context.turnID, keep: keep, of: owner), owner))
    }

    private func object(_ turn: Turn, _ owner: User.ID) throws -> JSON {
        // A turn without a conversation has no items, and perhaps no row yet.
        let items = turn.conversation == nil ? ([], []) : try services.turnStore.items(of: turn.id, owner: owner)
        return TurnObject.json(turn, input: items.0, output: items.1)
    }
}

extension ParleyRequestContext {
    /// The `:turn` of the path.
    fileprivate var turnID: Turn.ID {
        get throws { try identifier("turn", "Turn") }
    }
}
