import Parley
import ParleyServer
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ConversationTests {
    @Test func aConversationIsMadeShownChangedAndDeleted() async throws {
        try await TestServer.with { server in
            let made = try await server.send("POST", "/v1/conversations")
            let members = made.json.object?.members.map(\.name)
            #expect(
                members == [
                    "id", "object", "created_at", "updated_at", "title", "item_count", "model", "instructions",
                    "context",
                    "metadata", "tags", "pinned", "archived", "held", "deleted_at",
                ]
            )
            let path = "/v1/conversations/\(made.json["id"]?.string ?? "")"
            let change =
                #"{"title":"Plans","model":"m","context":{"policy":"turns:3","budget":900},"metadata":{"a":"b"},"pinned":true,"tags":["x","x"]}"#
            let changed = try await server.send("POST", path, [:], change).json
            #expect(changed["title"] == "Plans")
            #expect(changed["context"] == ["policy": "turns:3", "budget": 900])
            #expect(changed["tags"] == ["x"])
            let cleared = try await server.send(
                "POST",
                path,
                [:],
                #"{"model":null,"context":{"budget":null},"metadata":null}"#
            )
            #expect(cleared.json["model"] == nil)
            #expect(cleared.json["context"] == ["policy": "turns:3", "budget": nil])
            #expect(cleared.json["metadata"] == [:])
            #expect(cleared.json["pinned"] == true)
            #expect(try await server.send("GET", path).json == cleared.json)
            let id = made.json["id"] ?? .null
            #expect(
                try await server.send("DELETE", path).json
                    == ["id": id, "object": "conversation.deleted", "deleted": true]
            )
            for method in ["GET", "DELETE"] { #expect(try await server.send(method, path).status == 404) }
            #expect(try await server.send("GET", path + "/items").status == 404)
        }
    }

    @Test(arguments: [
        (#"{"title":1}"#, "invalid_request_error invalid_type title"),
        (#"{"pinned":"yes"}"#, "invalid_request_error invalid_type pinned"),
        (#"{"metadata":{"a":1}}"#, "invalid_request_error invalid_type metadata"),
        (#"{"metadata":[]}"#, "invalid_request_error invalid_type metadata"),
        (#"{"context":{"policy":"some"}}"#, "invalid_request_error invalid_value context.policy"),
        (#"{"context":{"budget":0}}"#, "invalid_request_error integer_below_min_value context.budget"),
        (#"{"tags":[""]}"#, "invalid_request_error invalid_value tags"),
    ])
    func whatIsWrongIsNamed(body: String, error: String) async throws {
        try await TestServer.with { server in
            let path = "/v1/conversations/\(try await server.conversation())"
            let answer = try await server.send("POST", path, [:], body)
            #expect(answer.status == 400)
            #expect(answer.error == error)
        }
    }

    @Test func limitsHoldAtTheLimitAndNotBeyond() async throws {
        try await TestServer.with { server in
            let path = "/v1/conversations/\(try await server.conversation())"
            func title(_ count: Int) -> String { #"{"title":"\#(String(repeating: "t", count: count))"}"# }
            #expect(try await server.send("POST", path, [:], title(512)).status == 200)
            #expect(
                try await server.send("POST", path, [:], title(513)).error.contains("string_above_max_length title")
            )
            func metadata(_ count: Int) -> String {
                #"{"metadata":{\#((0..<count).map { "\"k\($0)\":\"v\"" }.joined(separator: ","))}}"#
            }
            #expect(try await server.send("POST", path, [:], metadata(16)).status == 200)
            let tooMany = try await server.send("POST", path, [:], metadata(17))
            #expect(tooMany.error.contains("object_above_max_properties metadata"))
        }
    }

    @Test func listsArePagedWithoutGapsInBothOrders() async throws {
        try await TestServer.with { server in
            var made: [String] = []
            for _ in 0..<5 { made.append(try await server.conversation(#"{"metadata":{"of":"list"}}"#)) }
            _ = try await server.conversation()
            for order in ["asc", "desc"] {
                var seen: [String] = []
                var after = ""
                repeat {
                    let query =
                        "limit=2&order=\(order)&metadata%5Bof%5D=list" + (after.isEmpty ? "" : "&after=\(after)")
                    let page = try await server.send("GET", "/v1/conversations?\(query)").json
                    #expect(page["first_id"] == page["data"]?.array?.first?["id"])
                    seen += page["data"]?.array?.compactMap { $0["id"]?.string } ?? []
                    after = page["has_more"] == true ? page["last_id"]?.string ?? "" : ""
                } while !after.isEmpty
                #expect(Set(seen) == Set(made) && seen.count == 5)
            }
            let empty = try await server.send("GET", "/v1/conversations?metadata[of]=nothing").json
            #expect(empty == ["object": "list", "data": [], "first_id": nil, "last_id": nil, "has_more": false])
        }
    }

    @Test(arguments: [
        ("limit=0", "integer_below_min_value limit"), ("limit=101", "integer_above_max_value limit"),
        ("limit=x", "invalid_type limit"), ("order=up", "invalid_value order"), ("after=x", "invalid_value after"),
        ("after=conv_000000000000000000000000000000000000000000000000", "invalid_value after"),
    ])
    func wrongPagingIsNamed(query: String, error: String) async throws {
        try await TestServer.with { server in
            let answer = try await server.send("GET", "/v1/conversations?\(query)")
            #expect(answer.error == "invalid_request_error \(error)")
            let items = "/v1/conversations/\(try await server.conversation())/items?\(query)"
            #expect(try await server.send("GET", items).error == "invalid_request_error \(error)")
        }
    }

    @Test func whatBelongsToSomebodyElseIsNotFound() async throws {
        try await TestServer.with { server in
            let id = try await server.conversation(#"{"items":[{"role":"user","content":"secret"}]}"#)
            let item = try await server.send("GET", "/v1/conversations/\(id)/items").json["first_id"]?.string ?? ""
            let other = try await server.key(of: "other")
            let path = "/v1/conversations/\(id)"
            let requests = [
                ("GET", path), ("POST", path), ("DELETE", path), ("GET", path + "/items"), ("POST", path + "/items"),
                ("GET", path + "/items/\(item)"), ("DELETE", path + "/items/\(item)"), ("GET", path + "/context"),
                ("POST", path + "/rewind"), ("GET", path + "/turns"), ("GET", path + "/export"),
                ("POST", path + "/items/\(item)"), ("GET", path + "/branches"), ("POST", path + "/fork"),
            ]
            for (method, path) in requests {
                let body = method == "POST" ? #"{"items":[{"role":"user","content":"x"}]}"# : ""
                let answer = try await server.send(method, path, other, body)
                #expect(answer.status == 404, "\(method) \(path)")
                #expect(!answer.text.contains("secret"))
            }
            let tip = #"{"item":"\#(item)"}"#
            #expect(try await server.send("POST", path + "/tip", other, tip).status == 404)
            #expect(try await server.send("GET", "/v1/conversations", other).json["data"] == [])
            #expect(try await server.send("GET", "/v1/conversations?after=\(id)", other).status == 400)
        }
    }

    @Test func rewindingTakesTheLastQuestionBack() async throws {
        try await TestServer.with { server in
            let items =
                #"[{"role":"user","content":"one"},{"role":"assistant","content":"1"},{"role":"user","content":"two"}]"#
            let path = "/v1/conversations/\(try await server.conversation(#"{"items":\#(items)}"#))"
            let once = ["Idempotency-Key": "back"]
            let rewound = try await server.send("POST", path + "/rewind", once).json
            #expect(try await server.send("POST", path + "/rewind", once).json == rewound)
            #expect(rewound["object"] == "conversation.rewound")
            #expect(rewound["item"]?["content"]?.array?.first?["text"] == "two")
            #expect(try await server.send("GET", path + "/items").json["data"]?.array?.count == 2)
            _ = try await server.send("POST", path + "/rewind")
            #expect(try await server.send("POST", path + "/rewind").json.object?["item"] == .null)
        }
    }
}
