import Parley
import ParleyServer
import ParleyStore
import Testing

/// The audit log over HTTP, and who may read what others said.
@Suite(.timeLimit(.minutes(2)))
struct AuditRouteTests {
    @Test func whatAdministratorsDoIsListedAndWhole() async throws {
        try await TestServer.with { server in
            let root = try await server.key(of: "root", role: .admin)
            _ = try await server.send("POST", "/admin/users", root, #"{"name":"anna"}"#)
            let key = try await server.send("POST", "/admin/keys", root, #"{"user":"anna"}"#).json["handle"]?.string
            _ = try await server.command("DELETE", "/admin/keys/\(key ?? "")")
            let list = try await server.send("GET", "/admin/audit", root).json
            let actions = list["data"]?.array?.compactMap { $0["action"]?.string } ?? []
            #expect(Array(actions.prefix(3)) == ["key.revoke", "key.create", "user.add"])
            #expect(list["data"]?.array?.first?["user"] == "local" && list["data"]?.array?.first?["key"] == nil)
            #expect(list["data"]?.array?[1]["user"] == "root" && list["data"]?.array?[1]["key"]?.string?.count == 10)
            let page = try await server.send("GET", "/admin/audit?limit=1&action=user.add&user=root", root).json
            #expect(page["data"]?.array?.first?["subject"] == "anna" && page["has_more"] == false)
            for wrong in ["action=nothing", "after=x", "since=x", "what=1"] {
                #expect(try await server.send("GET", "/admin/audit?\(wrong)", root).status == 400, "\(wrong)")
            }
            let verdict = try await server.send("POST", "/admin/audit/verify", root).json
            #expect(verdict["whole"] == true && verdict["entries"]?.int == actions.count)
        }
    }

    @Test func readingForAnotherOnTheSocketIsNotedOnce() async throws {
        try await TestServer.with { server in
            let anna = try await server.key(of: "anna")
            let id = try await server.send("POST", "/v1/conversations", anna, "{}").json["id"]?.string ?? ""
            let acting = ["X-Parley-User": "anna"]
            for _ in 0..<2 { _ = try await server.command("GET", "/v1/conversations/\(id)/items", acting) }
            _ = try await server.command("GET", "/v1/models", acting)
            _ = try await server.command("GET", "/v1/conversations", ["X-Parley-User": "local"])
            let entries = try await server.store.auditEntries(AuditQuery(action: .readForeign)).elements
            #expect(entries.count == 1 && entries.first?.event.subject == "anna")
            #expect(entries.first?.event.actor.user == "local")
            #expect(entries.first?.event.details["id"] == .string(id))
        }
    }

    @Test func withAKeyAdministratorsSeeMetadataOnly() async throws {
        try await TestServer.with { server in
            let (anna, root) = (try await server.key(of: "anna"), try await server.key(of: "root", role: .admin))
            let body = #"{"title":"private title","metadata":{"k":"private value"}}"#
            let id = try await server.send("POST", "/v1/conversations", anna, body).json["id"]?.string ?? ""
            let list = try await server.send("GET", "/admin/users/anna/conversations", root)
            #expect(list.json["data"]?.array?.first?["id"] == .string(id) && !list.text.contains("private"))
            #expect(try await server.send("GET", "/v1/conversations/\(id)", root).status == 404)
            let acting = root.merging(["X-Parley-User": "anna"]) { $1 }
            #expect(try await server.send("GET", "/v1/conversations/\(id)", acting).status == 403)
            let posing = anna.merging(["X-Parley-User": "root"]) { $1 }
            #expect(try await server.send("GET", "/v1/conversations/\(id)", posing).status == 200)
        }
    }

    @Test func theSettingLetsAdministratorsReadAndItIsNoted() async throws {
        var settings = ServerSettings()
        settings.administratorsRead = true
        try await TestServer.with(settings) { server in
            let (anna, root) = (try await server.key(of: "anna"), try await server.key(of: "root", role: .admin))
            let id = try await server.send("POST", "/v1/conversations", anna, "{}").json["id"]?.string ?? ""
            let acting = root.merging(["X-Parley-User": "anna"]) { $1 }
            #expect(try await server.send("GET", "/v1/conversations/\(id)", acting).status == 200)
            let entries = try await server.store.auditEntries(AuditQuery(action: .readForeign)).elements
            #expect(entries.count == 1 && entries.first?.event.actor.user == "root")
            #expect(entries.first?.event.actor.key?.count == 10 && entries.first?.event.subject == "anna")
        }
    }
}
