import Hummingbird
import Parley
import ParleyWire

/// The items of a conversation's active path.
struct ItemRoutes {
    let services: Services
    let idempotency: Idempotency

    @Sendable func list(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let paging = try Paging<Item>(Query(request), context.limits)
        let query = ItemQuery(after: paging.after, limit: paging.limit, ascending: paging.ascending)
        let id = try context.conversationID
        let owner = try context.owner
        do {
            return .json(ItemObject.list(try services.conversations.items(query, in: id, of: owner)))
        } catch let error as ParleyError where error.code == .notFound && paging.after != nil {
            _ = try services.conversations.conversation(id, of: owner)
            throw ParleyError.unknownCursor
        }
    }

    @Sendable func create(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await request.json(context)
        let id = try context.conversationID
        return try await idempotency.once(request, context, body: body.bytes) {
            let object = try services.opened(body.object, of: try context.owner)
            guard let list = try ObjectMembers(object).array("items") else {
                throw ParleyError(.missingParameter, "Missing required parameter: 'items'.", parameter: "items")
            }
            let drafts = try ItemObject.drafts(list, parameter: "items")
            guard !drafts.isEmpty else {
                throw ParleyError(.emptyArray, "Invalid 'items': empty array.", parameter: "items")
            }
            let owner = try context.owner
            let items = try await services.whileIdle(id, of: owner) {
                try await services.conversations.append(drafts, to: id, of: owner)
            }
            return .init(ItemObject.list(Page(elements: items, hasMore: false)))
        }
    }

    @Sendable func show(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let item = try services.conversations.item(context.itemID, in: context.conversationID, of: context.owner)
        return .json(ItemObject.json(item))
    }

    /// Edits the item, which begins a line that ends at the new one, or pins or rates it.
    ///
    /// A compaction stays where it is and gets another text.
    @Sendable func update(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await request.json(context)
        let id = try context.conversationID
        let item = try context.itemID
        return try await idempotency.once(request, context, body: body.bytes) {
            let change = try ItemChange(body.object)
            return .init(ItemObject.json(try await self.change(item, in: id, change, of: try context.owner)))
        }
    }

    private func change(
        _ id: Item.ID,
        in conversation: Conversation.ID,
        _ change: ItemChange,
        of owner: User.ID
    ) async throws -> Item {
        let store = services.conversations
        var item = try store.item(id, in: conversation, of: owner)
        if let summary = try change.summary(of: item) {
            item = try await store.editSummary(id, in: conversation, to: summary, of: owner)
        } else if change.isEdit {
            let draft = try change.draft(from: item)
            item = try await services.whileIdle(conversation, of: owner) {
                try await store.edit(id, in: conversation, to: draft, pinned: change.pinned ?? false, of: owner)
            }
        }
        if let pinned = change.pinned, pinned != item.pinned {
            item = try await store.pin(item.id, in: conversation, pinned, of: owner)
        }
        switch change.rating {
        case .keep: return item
        case .clear: return try await store.rate(item.id, in: conversation, nil, of: owner)
        case .set(let rating): return try await store.rate(item.id, in: conversation, rating, of: owner)
        }
    }

    /// Answers the conversation, as OpenAI does.
    @Sendable func delete(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let id = try context.conversationID
        let owner = try context.owner
        let item = try context.itemID
        try await services.whileIdle(id, of: owner) {
            try await services.conversations.deleteItem(item, in: id, of: owner)
        }
        return .json(ConversationObject.json(try services.conversations.conversation(id, of: owner)))
    }
}

extension ParleyRequestContext {
    /// The `:item` of the path.
    fileprivate var itemID: Item.ID {
        get throws { try identifier("item", "Item") }
    }
}
