package import Parley

extension APIClient {
    package func user(_ name: String) async throws -> JSON { try await send(.get, Self.path(ofUser: name)) }

    package func updateUser(_ name: String, _ change: JSON) async throws -> JSON {
        try await send(.post, Self.path(ofUser: name), body: change)
    }

    /// Sets limits of a key.
    package func updateKey(_ handle: String, _ change: JSON) async throws -> JSON {
        try await send(.post, Self.path(ofKey: handle), body: change)
    }

    /// Makes a key that takes the place of another one, which ends after so many seconds.
    package func rotateKey(_ handle: String, overlap: Int) async throws -> JSON {
        try await send(.post, Self.path(ofKey: handle) + "/rotate", body: ["overlap": JSON(overlap)])
    }

    /// What was used: by oneself, or by everyone.
    package func usage(_ query: [APIQueryItem], ofEveryone: Bool) async throws -> JSON {
        try await send(.get, ofEveryone ? "/admin/usage" : "/v1/usage", query: query)
    }

    /// A page of the audit log.
    package func audit(_ query: [APIQueryItem]) async throws -> JSON {
        try await send(.get, "/admin/audit", query: query)
    }

    /// Has the audit log checked, and whether a hash that was written down earlier is still in it.
    package func verifyAudit(containing known: String?) async throws -> JSON {
        try await send(.post, "/admin/audit/verify", body: known.map { ["containing": .string($0)] } ?? [:])
    }

    private static func path(ofUser name: String) -> String { "/admin/users/" + APIQueryItem.escaped(name) }

    private static func path(ofKey handle: String) -> String { "/admin/keys/" + APIQueryItem.escaped(handle) }
}
