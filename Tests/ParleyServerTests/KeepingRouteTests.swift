import Parley
import ParleyServer
import ParleyStore
import Testing

/// Filters, pruning, restoring, ratings and erasure over HTTP.
@Suite(.timeLimit(.minutes(1)))
struct KeepingRouteTests {
    private func titles(_ answer: RawAnswer) -> [String] {
        (answer.json["data"]?.array ?? []).compactMap { $0["title"]?.string }
    }

    @Test func listsTakeTheWholeFilter() async throws {
        try await TestServer.with { server in
            for (title, more) in [
                ("a", #""tags":["x","y"]"#), ("b", #""tags":["x"],"pinned":true"#), ("c", #""held":true"#),
            ] {
                let id = try await server.conversation(#"{"title":"\#(title)"}"#)
                _ = try await server.send("POST", "/v1/conversations/\(id)", [:], "{\(more)}")
            }
            let wanted = [
                "tag=x&sort=title": ["b", "a"], "tag=x&tag=y": ["a"], "tag[]=x&tag[]=y": ["a"], "pinned=true": ["b"],
                "sort=title&order=asc": ["a", "b", "c"], "empty=false": [], "min_turns=1": [],
                "created_after=2100-01-01": [], "created_before=2100-01-01T00:00:00Z&sort=title": ["c", "b", "a"],
                "updated_before=100": [], "rating=1": [], "model=m": [], "q=A": ["a"],
                "sort=size&limit=1": ["c"], "min_tokens=1": [], "deleted=true": [],
            ]
            for (query, expected) in wanted {
                let answer = try await server.send("GET", "/v1/conversations?\(query)")
                #expect(titles(answer) == expected, "\(query) \(answer.text)")
            }
        }
    }

    @Test(arguments: [
        ("pined=true", "unsupported_parameter pined"), ("pinned=yes", "invalid_type pinned"),
        ("created_before=soon", "invalid_value created_before"), ("created_before=-1", "invalid_value created_before"),
        ("created_after=99999999999999999999", "invalid_value created_after"), ("rating=2", "invalid_value rating"),
        ("sort=size2", "invalid_value sort"), ("min_turns=-1", "integer_below_min_value min_turns"),
    ])
    func whatAListDoesNotKnowIsNamed(_ query: String, _ error: String) async throws {
        try await TestServer.with { server in
            let answer = try await server.send("GET", "/v1/conversations?\(query)")
            #expect(answer.status == 400)
            #expect(answer.error == "invalid_request_error \(error)")
        }
    }

    /// Whoever accepts lines gets the result as the last of them, and what is refused as a plain status all the same.
    @Test func whatTakesLongAnswersInLines() async throws {
        try await TestServer.with { server in
            let lines = ["Accept": "application/x-ndjson"]
            _ = try await server.conversation(#"{"title":"a"}"#)
            func last(_ path: String, _ body: String) async throws -> JSON {
                let answer = try await server.command("POST", path, lines, body)
                #expect(answer.headers["content-type"] == "application/x-ndjson")
                return try JSON(parsing: String(answer.text.split(separator: "\n").last ?? ""))
            }
            let prune = #"{"filter":{"q":"a"},"dry_run":false}"#
            #expect(try await last("/v1/prune", prune)["conversations"]?.int == 1)
            #expect(try await last("/admin/database/vacuum", #"{"full":true}"#)["schema_version"]?.int != nil)
            _ = try await server.store.addUser("anna", role: .user)
            #expect(try await last("/admin/users/anna/erase", "")["object"] == "user.erased")
            #expect(try await server.command("POST", "/admin/users/anna/erase", lines).status == 404)
            #expect(try await server.command("POST", "/v1/prune", lines, #"{"dry_run":false}"#).status == 400)
        }
    }

    @Test func aPruneIsADryRunUnlessItIsSaid() async throws {
        try await TestServer.with { server in
            let said = #"{"items":[{"role":"user","content":"question"}]}"#
            let id = try await server.conversation(said)
            let kept = try await server.conversation(#"{"title":"kept"}"#)
            let filter = #""filter":{"empty":false}"#
            let survey = try await server.send("POST", "/v1/prune", [:], "{\(filter)}").json
            #expect(survey["dry_run"] == true && survey["conversations"]?.int == 1 && survey["items"]?.int == 1)
            #expect(try await server.send("GET", "/v1/conversations/\(id)").status == 200)
            let done = try await server.send("POST", "/v1/prune", [:], #"{\#(filter),"dry_run":false}"#).json
            #expect(done["conversations"]?.int == 1 && done["finished_at"]?.int != nil && done["reason"] == "prune")
            #expect(try await server.send("GET", "/v1/conversations/\(id)").status == 404)
            #expect(try await server.send("POST", "/v1/conversations/\(id)/restore").status == 404)
            #expect(try await server.send("GET", "/v1/conversations/\(kept)").status == 200)
            let runs = try await server.send("GET", "/v1/prune").json
            #expect(runs["data"]?.array?.map { $0["id"] } == [done["id"]])
            let log = try await server.store.auditEntries(AuditQuery(action: .pruned)).elements
            #expect(log.map { $0.event.details["prune"] } == [done["id"]])
            #expect(log.map(\.event.actor.user) == ["local"])
        }
    }

    @Test(arguments: [
        ("{}", "missing_required_parameter filter"), (#"{"dry_run":false}"#, "missing_required_parameter filter"),
        (#"{"filter":{}}"#, "missing_required_parameter filter"), (#"{"filter":[]}"#, "invalid_type filter"),
        (#"{"filter":{"taag":"x"}}"#, "unsupported_parameter filter.taag"),
        (#"{"filter":{"q":""}}"#, "invalid_value filter.q"), (#"{"keep":-1}"#, "integer_below_min_value keep"),
        (#"{"filter":{"q":"x"},"user":"anna"}"#, "unsupported_parameter user"),
        (#"{"filter":{"updated_before":-5}}"#, "invalid_value filter.updated_before"),
        (#"{"filter":{"updated_before":1e30}}"#, "invalid_value filter.updated_before"),
        (#"{"filter":{"q":"x"},"dry_run":"no"}"#, "invalid_type dry_run"),
        (#"{"conversations":["x"]}"#, "invalid_value conversations"),
        (#"{"filter":{"min_tokens":0}}"#, "missing_required_parameter filter"),
    ])
    func aPruneThatIsNotClearIsRefused(_ body: String, _ error: String) async throws {
        try await TestServer.with { server in
            let answer = try await server.send("POST", "/v1/prune", [:], body)
            #expect(answer.status == 400)
            #expect(answer.error == "invalid_request_error \(error)")
        }
    }

    @Test func onlyWhatIsNamedIsPruned() async throws {
        try await TestServer.with { server in
            let named = try await server.conversation(#"{"title":"old"}"#)
            let changed = try await server.conversation(#"{"title":"new"}"#)
            _ = try await server.conversation(#"{"title":"old too"}"#)
            let body = #"{"conversations":["\#(named)","\#(changed)"],"filter":{"q":"old"},"dry_run":false}"#
            #expect(try await server.send("POST", "/v1/prune", [:], body).json["conversations"]?.int == 1)
            #expect(try await server.send("GET", "/v1/conversations/\(named)").status == 404)
            #expect(titles(try await server.send("GET", "/v1/conversations")).sorted() == ["new", "old too"])
            let none = #"{"conversations":[],"dry_run":false}"#
            #expect(try await server.send("POST", "/v1/prune", [:], none).json["conversations"]?.int == 0)
        }
    }

    @Test func anAdministratorPrunesForAllOrForOne() async throws {
        try await TestServer.with { server in
            let anna = try await server.key(of: "anna")
            let berta = try await server.key(of: "berta")
            for key in [anna, berta] {
                _ = try await server.send("POST", "/v1/conversations", key, #"{"title":"old"}"#)
            }
            let all = try await server.command("POST", "/admin/prune", [:], #"{"filter":{"q":"old"}}"#).json
            #expect(all["users"]?.array?.map { $0["user"]?.string } == ["anna", "berta"])
            let one = #"{"filter":{"q":"old"},"user":"anna","dry_run":false}"#
            #expect(try await server.command("POST", "/admin/prune", [:], one).json["conversations"]?.int == 1)
            #expect(titles(try await server.send("GET", "/v1/conversations", anna)) == [])
            #expect(titles(try await server.send("GET", "/v1/conversations", berta)) == ["old"])
            // The report is of anna's conversations, and so hers to see.
            #expect(try await server.send("GET", "/v1/prune", anna).json["data"]?.array?.count == 1)
            #expect(try await server.send("GET", "/v1/prune", berta).json["data"]?.array?.count == 0)
            #expect(try await server.command("GET", "/admin/prune").json["data"]?.array?.count == 1)
        }
    }

    @Test func deletedOnesAreListedAndRestored() async throws {
        try await TestServer.with { server in
            let id = try await server.conversation(#"{"title":"gone"}"#)
            _ = try await server.send("DELETE", "/v1/conversations/\(id)")
            let list = try await server.send("GET", "/v1/conversations?deleted=true")
            #expect(titles(list) == ["gone"])
            #expect(list.json["data"]?.array?.first?["deleted_at"]?.int != nil)
            let restored = try await server.send("POST", "/v1/conversations/\(id)/restore")
            #expect(restored.status == 200 && restored.json["deleted_at"]?.int == nil)
            #expect(titles(try await server.send("GET", "/v1/conversations")) == ["gone"])
        }
    }

    @Test func answersAreRated() async throws {
        try await TestServer.with { server in
            let said = #"{"items":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}"#
            let id = try await server.conversation(said)
            let items = try await server.send("GET", "/v1/conversations/\(id)/items?order=desc").json
            let path = "/v1/conversations/\(id)/items/\(items["data"]?.array?.first?["id"]?.string ?? "")"
            let rated = try await server.send("POST", path, [:], #"{"rating":-1}"#).json
            #expect(rated["rating"]?.int == -1 && rated["id"] == items["data"]?.array?.first?["id"])
            #expect(try await server.send("GET", path).json["rating"]?.int == -1)
            #expect(try await server.send("GET", "/v1/conversations?rating=-1").json["data"]?.array?.count == 1)
            #expect(try await server.send("POST", path, [:], #"{"rating":0}"#).error.hasSuffix("invalid_value rating"))
            #expect(try await server.send("POST", path, [:], #"{"rating":null}"#).json["rating"] == nil)
            #expect(try await server.send("GET", "/v1/conversations?rating=-1").json["data"]?.array?.count == 0)
        }
    }

    @Test func statisticsSumUp() async throws {
        try await ChatServer.with { chat in
            let id = try await chat.server.conversation()
            let body = #"{"conversation":"\#(id)","messages":[{"role":"user","content":"hello"}]}"#
            _ = try await chat.server.send("POST", "/v1/chat/completions", [:], body)
            for path in ["/v1/stats", "/v1/conversations/\(id)/stats"] {
                let statistics = try await chat.server.send("GET", path).json
                #expect(statistics["conversations"]?.int == 1 && statistics["items"]?.int == 2, "\(path)")
                #expect(statistics["turns"]?.int == 1 && (statistics["input_tokens"]?.int ?? 0) > 0)
                #expect(statistics["models"]?.array?.count == 1 && statistics["first_turn_at"]?.int != nil)
            }
        }
    }

    @Test func aPersonIsErasedWithAReceipt() async throws {
        try await TestServer.with { server in
            let anna = try await server.key(of: "anna")
            let berta = try await server.key(of: "berta")
            _ = try await server.send("POST", "/v1/conversations", anna, #"{"title":"hers"}"#)
            _ = try await server.send("POST", "/v1/conversations", berta, #"{"title":"stays"}"#)
            let receipt = try await server.command("POST", "/admin/users/anna/erase").json
            #expect(receipt["object"] == "user.erased" && receipt["conversations"]?.int == 1)
            #expect(receipt["keys"]?.int == 1 && !receipt.text.contains("anna"))
            #expect(try await server.send("GET", "/v1/conversations", anna).status == 401)
            #expect(titles(try await server.send("GET", "/v1/conversations", berta)) == ["stays"])
            #expect(try await server.command("POST", "/admin/users/anna/erase").status == 404)
            let receipts = try await server.command("GET", "/admin/erasures").json
            #expect(receipts["data"]?.array == [receipt])
            let log = try await server.store.auditEntries(AuditQuery(action: .erased)).elements
            #expect(log.map(\.event.subject) == [receipt["id"]?.string])
            #expect(try await server.command("POST", "/admin/users", [:], #"{"name":"anna"}"#).status == 200)
        }
    }

    @Test func aBackupIsTheBytesOfADatabase() async throws {
        try await TestServer.with { server in
            _ = try await server.conversation(#"{"title":"kept"}"#)
            let answer = try await server.command("POST", "/admin/database/backup")
            #expect(answer.status == 200 && answer.headers["content-type"] == "application/vnd.sqlite3")
            #expect(answer.body.starts(with: Array("SQLite format 3".utf8)))
            #expect(answer.headers["content-length"] == "\(answer.body.count)")
            #expect(try await server.store.auditEntries(AuditQuery(action: .backedUp)).elements.count == 1)
        }
    }

    @Test func aCheckEndsWithItsVerdict() async throws {
        try await TestServer.with { server in
            _ = try await server.conversation(#"{"title":"kept"}"#)
            let lines = try await server.command("POST", "/admin/database/check").text.split(separator: "\n")
            let last = try JSON(parsing: String(lines.last ?? ""))
            #expect(last["object"] == "database.check" && last["sound"] == true)
        }
    }
}
