import Hummingbird
import Parley
import ParleyWire

/// The lines of a conversation's tree, the end of its active path, and copies of a path.
struct BranchRoutes {
    let services: Services
    let idempotency: Idempotency

    @Sendable func list(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let paging = try Paging<Item>(Query(request), context.limits)
        let query = BranchQuery(after: paging.after, limit: paging.limit, ascending: paging.ascending)
        let id = try context.conversationID
        let page = try await services.conversations.branches(query, in: id, of: try context.owner)
        return .json(ListObject.json(page.elements.map(BranchObject.json), hasMore: page.hasMore))
    }

    /// Answers the conversation, as whatever else changes its path does.
    @Sendable func moveTip(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await request.json(context)
        let id = try context.conversationID
        return try await idempotency.once(request, context, body: body.bytes) {
            let change = try TipChange(body.object)
            let owner = try context.owner
            try await services.whileIdle(id, of: owner) {
                try await services.conversations.moveTip(of: id, to: change.item, follow: change.follow, of: owner)
            }
            return .init(ConversationObject.json(try services.conversations.conversation(id, of: owner)))
        }
    }

    /// The original's path stays as it is, so that a turn may work on it meanwhile.
    @Sendable func fork(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await request.json(context, optional: true)
        let id = try context.conversationID
        return try await idempotency.once(request, context, body: body.bytes) {
            let fork = try ConversationFork(body.object)
            let made = try await services.conversations.fork(id, fork, of: try context.owner)
            return .init(ConversationObject.json(made))
        }
    }
}
