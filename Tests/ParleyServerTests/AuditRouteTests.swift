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

    private static func rows(_ server: TestServer) async throws -> [AuditEntry] {
        let page = try await server.store.auditEntries(AuditQuery(limit: 1_000))
        return page.elements
    }

    /// Whatever an administrator changes, or takes out, leaves a row that says who it was.
    @Test func everyActionOfAnAdministratorIsNoted() async throws {
        try await TestServer.with { server in
            let root = try await server.key(of: "root", role: .admin)
            func handle(_ answer: JSON) -> String { answer["handle"]?.string ?? "" }

            func noted(_ method: String, _ path: String, _ body: String = "{}") async throws -> JSON {
                let before = try await Self.rows(server).count
                let answer = try await server.send(method, path, root, body)
                #expect(answer.status < 300, "\(method) \(path) \(answer.text)")
                let new = try await Self.rows(server).dropLast(before)
                #expect(!new.isEmpty, "\(method) \(path)")
                #expect(new.allSatisfy { $0.event.actor.user == "root" && $0.event.actor.key != nil })
                return answer.json
            }
            _ = try await noted("POST", "/admin/users", #"{"name":"anna"}"#)
            _ = try await noted("POST", "/admin/users/anna", #"{"role":"admin"}"#)
            _ = try await noted("POST", "/admin/users/anna", #"{"disabled":true}"#)
            _ = try await noted("POST", "/admin/users/anna", #"{"limits":{"tokens_per_day":5}}"#)
            let key = handle(try await noted("POST", "/admin/keys", #"{"user":"anna"}"#))
            _ = try await noted("POST", "/admin/keys/\(key)", #"{"limits":{"cost_per_day":5}}"#)
            let next = handle(try await noted("POST", "/admin/keys/\(key)/rotate"))
            _ = try await noted("DELETE", "/admin/keys/\(next)")
            _ = try await noted("POST", "/admin/prune", #"{"keep":3,"dry_run":false}"#)
            // A count of titles with a word tells what others wrote.
            _ = try await noted("POST", "/admin/prune", #"{"filter":{"q":"word"}}"#)
            _ = try await noted("POST", "/admin/database/vacuum")
            _ = try await noted("POST", "/admin/database/reindex")
            let before = try await Self.rows(server).count
            #expect(try await server.send("POST", "/admin/database/backup", root, "").status == 200)
            _ = try await noted("POST", "/admin/users/anna/erase")
            #expect(try await Self.rows(server).count == before + 2)
            let log = try await Self.rows(server).map { JSON.object($0.event.details).text }.joined()
            #expect(!log.contains("word"))
        }
    }

    /// What says nothing, or nothing that can be meant, removes nothing.
    @Test(
        arguments: [
            "{}", #"{"dry_run":false}"#, #"{"keep":0,"dry_run":false}"#, #"{"keep":-1,"dry_run":false}"#,
            #"{"filter":{},"dry_run":false}"#, #"{"filter":null,"dry_run":false}"#,
            #"{"filter":{"q":""},"dry_run":false}"#, #"{"filter":{"tag":""},"dry_run":false}"#,
            #"{"filter":{"min_tokens":0},"dry_run":false}"#, #"{"filter":{"min_bytes":-1},"dry_run":false}"#,
            #"{"filter":{"updated_before":-1},"dry_run":false}"#,
            #"{"filter":{"updated_before":9223372036854775807},"dry_run":false}"#,
            #"{"filter":{"updated_before":1e300},"dry_run":false}"#,
            #"{"filter":{"created_before":"99999-01-01"},"dry_run":false}"#,
            #"{"filter":{"older":"1d"},"dry_run":false}"#, #"{"deleted_before":-5,"dry_run":false}"#,
            #"{"keep":1,"dry_run":"no"}"#, #"{"keep":1,"yes":true}"#, #"{"conversations":["x"],"dry_run":false}"#,
        ]
    )
    func aPruneThatMeansNothingIsRefused(_ body: String) async throws {
        try await TestServer.with { server in
            let root = try await server.key(of: "root", role: .admin)
            let made = try await server.send("POST", "/v1/conversations", root, "{}")
            #expect(made.status == 200)
            let before = try await server.store.auditEntries(AuditQuery()).elements.count
            for path in ["/v1/prune", "/admin/prune"] {
                let answer = try await server.send("POST", path, root, body)
                #expect(answer.status == 400, "\(path) \(answer.text)")
            }
            #expect(try await server.send("GET", "/v1/conversations", root).json["data"]?.array?.count == 1)
            #expect(try await server.store.auditEntries(AuditQuery()).elements.count == before)
        }
    }

    @Test func ofTwoPrunesAtOnceOneRemovesAndBothAreNoted() async throws {
        try await TestServer.with { server in
            let root = try await server.key(of: "root", role: .admin)
            for _ in 0..<3 { _ = try await server.send("POST", "/v1/conversations", root, "{}") }
            let body = #"{"filter":{"empty":true},"dry_run":false}"#
            async let first = server.send("POST", "/admin/prune", root, body)
            async let second = server.send("POST", "/admin/prune", root, body)
            let counts = try await [first, second].map { $0.json["conversations"]?.int ?? -1 }
            #expect(counts.sorted() == [0, 3])
            let told = try await server.store.auditEntries(AuditQuery(action: .pruned)).elements
            #expect(told.compactMap { $0.event.details["conversations"]?.int }.sorted() == [0, 3])
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
