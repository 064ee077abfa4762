import Hummingbird
import Parley
import ParleyWire

/// The chats that were asked with `"store": true`, found again by their ids.
struct StoredCompletionRoutes {
    let services: Services
    let idempotency: Idempotency

    @Sendable func list(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let query = Query(request)
        let paging = try Paging<Turn>(query, context.limits, ascending: true)
        let wanted = CompletionQuery(
            after: paging.after,
            limit: paging.limit,
            ascending: paging.ascending,
            model: query["model"],
            metadata: query.map("metadata")
        )
        let page = try await services.turnStore.completions(wanted, of: try context.owner)
        return .json(ListObject.json(page.elements.map(CompletionObject.json), hasMore: page.hasMore))
    }

    @Sendable func show(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        .json(CompletionObject.json(try services.turnStore.completion(context.completionID, of: context.owner)))
    }

    @Sendable func update(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await request.json(context)
        let id = try context.completionID
        return try await idempotency.once(request, context, body: body.bytes) {
            let metadata = try CompletionObject.metadata(body.object)
            let owner = try context.owner
            let changed = try await services.turnStore.updateCompletion(id, metadata: metadata, of: owner)
            return .init(CompletionObject.json(changed))
        }
    }

    @Sendable func delete(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let id = try context.completionID
        try await services.turnStore.deleteCompletion(id, of: try context.owner)
        return .json(CompletionObject.deleted(id))
    }

    /// The messages of the request, oldest first unless asked.
    @Sendable func messages(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let query = Query(request)
        let limit = try Paging<Turn>.limit(query, context.limits)
        let ascending = try Paging<Turn>.isAscending(query) ?? true
        let id = try context.completionID
        let contents = try await services.turnStore.input(of: id, owner: try context.owner)
        let messages = CompletionObject.messages(contents, of: id)
        let list = ascending ? messages : messages.reversed()
        let rest = list.dropFirst(try Self.start(query["after"], in: list))
        return .json(ListObject.json(Array(rest.prefix(limit)), hasMore: rest.count > limit))
    }

    /// How many messages are behind us.
    private static func start(_ after: String?, in list: [JSON]) throws -> Int {
        guard let after else { return 0 }
        guard let index = list.firstIndex(where: { $0["id"]?.string == after }) else { throw ParleyError.unknownCursor }
        return index + 1
    }
}

extension ParleyRequestContext {
    /// The `:completion` of the path.
    fileprivate var completionID: Turn.ID {
        get throws { try identifier("completion", "Chat completion") }
    }
}
