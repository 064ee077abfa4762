import Parley
import ParleyServer
import ParleyStore
import Testing

/// What a key with scopes may do, on every route there is.
@Suite(.timeLimit(.minutes(2)))
struct KeyScopeTests {
    /// What each route needs one of, said once more and differently.
    private static func allowed(_ row: IsolationRow) -> Set<KeyScopes.Scope> {
        if row.isHidden { return [.admin] }
        if row.route.hasSuffix("/export") { return [.export] }
        return row.method == "GET" ? [.chat, .read] : [.chat]
    }

    private static func key(
        _ server: TestServer,
        _ name: String,
        _ scopes: Set<KeyScopes.Scope>
    ) async throws -> [String: String] {
        let new = NewKey(owner: try server.store.user(named: name).id, scopes: KeyScopes(scopes))
        let secret = try await server.store.createKey(new, by: .server).secret
        return ["Authorization": "Bearer \(secret.revealed)"]
    }

    @Test(arguments: KeyScopes.Scope.allCases)
    func aScopeOpensItsRoutesAndNoOthers(_ scope: KeyScopes.Scope) async throws {
        try await ChatServer.with { chat in
            let server = chat.server
            let whole = try await server.key(of: "root", role: .admin)
            let key = try await Self.key(server, "root", [scope])
            let open = Set(IsolationRow.open.map(\.route))
            for row in IsolationRow.all where !open.contains(row.route) {
                let own = try await Belongings.make(on: server, whole)
                let answer = try await row.send(to: server, key, own)
                guard Self.allowed(row).contains(scope) else {
                    #expect(answer.status == (row.isHidden ? 404 : 403), "\(row.route): \(answer.text)")
                    let code = row.isHidden ? "unknown_url" : "insufficient_permissions"
                    #expect(answer.error.contains(code) || row.method == "HEAD", "\(row.route)")
                    continue
                }
                #expect(answer.status != 403 && !answer.error.contains("unknown_url"), "\(row.route): \(answer.text)")
            }
        }
    }

    @Test func aUsersKeyGetsNoAdministrationByItsScope() async throws {
        try await TestServer.with { server in
            _ = try await server.key(of: "anna")
            let key = try await Self.key(server, "anna", [.admin])
            #expect(try await server.send("GET", "/admin/users", key).status == 404)
        }
    }

    @Test func keysAreMadeWithScopesAndAnEnd() async throws {
        try await TestServer.with { server in
            let body = #"{"user":"local","scopes":["read","chat"],"expires_in":3600}"#
            let key = try await server.command("POST", "/admin/keys", [:], body).json
            #expect(key["scopes"] == ["chat", "read"] && key["expires_at"]?.int != nil)
            for wrong in [#""scopes":["write"]"#, #""scopes":[]"#, #""scopes":"chat""#, #""expires_in":0"#] {
                let body = #"{"user":"local",\#(wrong)}"#
                #expect(try await server.command("POST", "/admin/keys", [:], body).status == 400, "\(wrong)")
            }
        }
    }
}
