package import Parley

extension APIClient {
    /// Makes a deleted conversation as it was.
    package func restoreConversation(_ id: String) async throws -> JSON {
        try await send(.post, "/v1/conversations/\(APIQueryItem.escaped(id))/restore")
    }

    /// What a conversation comes to, or all of them.
    package func statistics(of id: String?) async throws -> JSON {
        guard let id else { return try await send(.get, "/v1/stats", isLong: true) }
        return try await send(.get, "/v1/conversations/\(APIQueryItem.escaped(id))/stats", isLong: true)
    }

    /// Prunes, or tells what would be pruned: of the user, or with `everybody` of all.
    package func prune(_ body: JSON, everybody: Bool, _ tell: (JSON) -> Void) async throws -> JSON {
        try await follow(.post, everybody ? "/admin/prune" : "/v1/prune", body: body, tell)
    }

    package func prunes(everybody: Bool, limit: Int) async throws -> [JSON] {
        try await list(everybody ? "/admin/prune" : "/v1/prune", limit: limit, query: [])
    }

    package func eraseUser(_ name: String, _ tell: (JSON) -> Void) async throws -> JSON {
        try await follow(.post, "/admin/users/\(APIQueryItem.escaped(name))/erase", tell)
    }

    package func rate(_ item: String, in conversation: String, _ rating: Int?) async throws -> JSON {
        let path = "/v1/conversations/\(APIQueryItem.escaped(conversation))/items/\(APIQueryItem.escaped(item))"
        return try await send(.post, path, body: ["rating": rating.map { JSON($0) } ?? .null])
    }

    package func item(_ item: String, in conversation: String) async throws -> JSON {
        let path = "/v1/conversations/\(APIQueryItem.escaped(conversation))/items/\(APIQueryItem.escaped(item))"
        return try await send(.get, path)
    }

    package func branches(of id: String) async throws -> [JSON] {
        try await list("/v1/conversations/\(APIQueryItem.escaped(id))/branches", limit: .max, query: [])
    }

    /// Ends the active path at an item, or with `follow` at the newest end under it.
    package func moveTip(of id: String, to item: String, follow: Bool) async throws -> JSON {
        try await send(
            .post,
            "/v1/conversations/\(APIQueryItem.escaped(id))/tip",
            body: ["item": .string(item), "follow": .bool(follow)]
        )
    }

    package func fork(_ id: String, _ body: JSON) async throws -> JSON {
        try await send(.post, "/v1/conversations/\(APIQueryItem.escaped(id))/fork", body: body, isLong: true)
    }

    package func vacuum(full: Bool, _ tell: (JSON) -> Void) async throws -> JSON {
        try await follow(.post, "/admin/database/vacuum", body: ["full": .bool(full)], tell)
    }
}
