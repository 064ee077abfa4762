package import Parley

extension APIClient {
    package func models() async throws -> [JSON] { try await data("/v1/models") }

    package func users() async throws -> [JSON] { try await data("/admin/users") }

    package func addUser(_ name: String, role: String) async throws -> JSON {
        try await send(.post, "/admin/users", body: ["name": .string(name), "role": .string(role)])
    }

    /// Every key, or those of one user.
    ///
    /// Never their secrets.
    package func keys(of user: String?) async throws -> [JSON] {
        try await data("/admin/keys", query: user.map { [APIQueryItem("user", $0)] } ?? [])
    }

    /// Makes a key.
    ///
    /// The answer's `key` is the only place where its text is ever seen.
    package func createKey(_ new: JSON) async throws -> JSON { try await send(.post, "/admin/keys", body: new) }

    package func revokeKey(_ handle: String) async throws {
        try await send(.delete, "/admin/keys/" + APIQueryItem.escaped(handle))
    }

    /// The state of the database's files.
    package func database() async throws -> JSON { try await send(.get, "/admin/database") }

    /// Begins to build the search index again.
    package func reindex() async throws -> JSON { try await send(.post, "/admin/database/reindex") }

    /// Whether the server can work.
    package func ready() async throws { try await send(.get, "/health/ready") }

    /// The elements of a list that is never long.
    private func data(_ path: String, query: [APIQueryItem] = []) async throws -> [JSON] {
        let answer = try await send(.get, path, query: query)
        return answer.array ?? answer["data"]?.array ?? []
    }
}
