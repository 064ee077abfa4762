package import Parley

extension APIClient {
    /// Conversations, newest first, over as many pages as it takes to have `limit` of them.
    package func conversations(
        limit: Int,
        query: [APIQueryItem] = [],
        after: String? = nil
    ) async throws -> [JSON] {
        try await list("/v1/conversations", limit: limit, query: query, after: after)
    }

    package func conversation(_ id: String) async throws -> JSON {
        try await send(.get, path(id))
    }

    /// Makes a conversation.
    package func createConversation(_ body: JSON) async throws -> JSON {
        try await send(.post, "/v1/conversations", body: body)
    }

    /// Changes what the body names; `null` clears a setting.
    package func updateConversation(_ id: String, _ body: JSON) async throws -> JSON {
        try await send(.post, path(id), body: body)
    }

    package func deleteConversation(_ id: String) async throws {
        try await send(.delete, path(id))
    }

    /// The newest items of the active path, oldest of them first.
    package func items(of id: String, limit: Int) async throws -> [JSON] {
        try await list(path(id) + "/items", limit: limit, query: [APIQueryItem("order", "desc")]).reversed()
    }

    /// A page of what is found in all conversations.
    package func search(_ query: [APIQueryItem]) async throws -> JSON {
        try await send(.get, "/v1/search", query: query)
    }

    /// What would be sent for the next turn.
    package func context(of id: String, _ body: JSON? = nil) async throws -> JSON {
        try await send(body == nil ? .get : .post, path(id) + "/context", body: body)
    }

    /// Takes the last user message and what follows it off the active path, and returns that message.
    package func rewind(_ id: String) async throws -> JSON? {
        try await send(.post, path(id) + "/rewind", body: [:])["item"]
    }

    /// The newest turn, also one that never ended well.
    package func newestTurn(of id: String) async throws -> JSON? {
        try await send(.get, path(id) + "/turns", query: [APIQueryItem("limit", 1)])["data"]?.array?.first
    }

    /// Stops a turn and keeps what it has said.
    package func stopTurn(_ id: String) async throws {
        try await send(.post, "/v1/turns/\(APIQueryItem.escaped(id))/cancel", body: ["keep": true])
    }

    package func export(_ id: String, format: String) async throws -> String {
        try await text(path(id) + "/export", query: [APIQueryItem("format", format)])
    }

    private func path(_ id: String) -> String { "/v1/conversations/" + APIQueryItem.escaped(id) }
}

extension APIClient {
    /// The most that the server gives out at once.
    private static var page: Int { 100 }

    /// The elements of a list, page by page.
    func list(
        _ path: String,
        limit: Int,
        query: [APIQueryItem],
        after first: String? = nil
    ) async throws -> [JSON] {
        var elements: [JSON] = []
        var after = first
        while elements.count < limit {
            var query = query + [APIQueryItem("limit", min(limit - elements.count, Self.page))]
            if let after { query.append(APIQueryItem("after", after)) }
            let answer = try await send(.get, path, query: query)
            elements += answer["data"]?.array ?? []
            guard answer["has_more"]?.bool == true, let last = answer["last_id"]?.string, last != after else { break }
            after = last
        }
        return elements
    }
}
