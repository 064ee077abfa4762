import Hummingbird
import Parley
import ParleyWire

/// `/v1/conversations` and one conversation.
struct ConversationRoutes {
    let services: Services
    let idempotency: Idempotency

    @Sendable func list(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let query = Query(request)
        try query.refuseOthers(than: Self.listParameters)
        let paging = try Paging<Conversation>(query, context.limits)
        let wanted = ConversationQuery(
            after: paging.after,
            limit: paging.limit,
            ascending: paging.ascending,
            sort: try query.sort(),
            filter: try query.filter(),
            deleted: try query.flag("deleted") ?? false
        )
        let page = try await page(wanted, of: try context.owner)
        return .json(ListObject.json(page.elements.map(ConversationObject.json), hasMore: page.hasMore))
    }

    static let listParameters = ["after", "limit", "order", "sort", "deleted"] + FilterMember.allCases.map(\.rawValue)

    private func page(_ query: ConversationQuery, of owner: User.ID) async throws -> Page<Conversation> {
        do {
            return query.sort.isCostly || query.filter.isCostly
                ? try await services.conversations.surveyConversations(query, of: owner)
                : try services.conversations.conversations(query, of: owner)
        } catch let error as ParleyError where error.code == .notFound && query.after != nil {
            throw ParleyError.unknownCursor
        }
    }

    @Sendable func create(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await request.json(context, optional: true)
        return try await idempotency.once(request, context, body: body.bytes) {
            let new = try NewConversation(services.opened(body.object, of: try context.owner))
            let made = try await services.conversations.createConversation(new, of: try context.owner)
            return .init(ConversationObject.json(made))
        }
    }

    @Sendable func show(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        .json(
            ConversationObject.json(try services.conversations.conversation(context.conversationID, of: context.owner))
        )
    }

    @Sendable func update(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await request.json(context)
        let id = try context.conversationID
        return try await idempotency.once(request, context, body: body.bytes) {
            let change = try ConversationChange(body.object)
            let changed = try await services.conversations.updateConversation(id, change, of: try context.owner)
            return .init(ConversationObject.json(changed))
        }
    }

    @Sendable func delete(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let id = try context.conversationID
        try await services.conversations.deleteConversation(id, of: try context.owner)
        return .json(ConversationObject.deleted(id))
    }

    @Sendable func restore(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let id = try context.conversationID
        let restored = try await services.keeping.restoreConversation(id, of: context.owner)
        return .json(ConversationObject.json(restored))
    }

    @Sendable func rewind(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let id = try context.conversationID
        let owner = try context.owner
        return try await idempotency.once(request, context, body: []) {
            let item = try await services.whileIdle(id, of: owner) {
                try await services.conversations.rewind(id, of: owner)
            }
            return .init(["object": "conversation.rewound", "item": item.map(ItemObject.json) ?? .null])
        }
    }
}

extension Query {
    /// By what conversations are to be sorted.
    fileprivate func sort() throws -> ConversationSort {
        guard let name = self["sort"] else { return .updated }
        guard let sort = ConversationSort(rawValue: name) else {
            let known = ConversationSort.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw ParleyError(.invalidValue, "'sort' must be one of \(known).", parameter: "sort")
        }
        return sort
    }
}

extension ParleyRequestContext {
    /// The `:conversation` of the path.
    var conversationID: Conversation.ID {
        get throws { try identifier("conversation", "Conversation") }
    }
}

extension Services {
    /// Changes the path of a conversation that is the owner's, while no turn works on it.
    ///
    /// - Throws: ``ParleyError/Code/notFound``, then ``ParleyError/Code/conversationLocked``, so that nobody learns
    ///   whether somebody else's conversation is busy.
    func whileIdle<Value>(
        _ conversation: Conversation.ID,
        of owner: User.ID,
        _ change: () async throws -> Value
    ) async throws -> Value {
        _ = try conversations.conversation(conversation, of: owner)
        return try await turns.whileIdle(conversation, change)
    }
}
