import Parley
import ParleyServer
import Testing

/// Edits, pins, lines, the tip and forks, over HTTP.
@Suite(.timeLimit(.minutes(1)))
struct BranchTests {
    private static let items = #"""
        {"title":"Trip","items":[{"role":"user","content":"a"},{"role":"assistant","content":"A"},
        {"type":"function_call","call_id":"c","name":"f","arguments":"{}"},
        {"type":"function_call_output","call_id":"c","output":"1"}]}
        """#

    private func list(_ server: TestServer, _ path: String) async throws -> [JSON] {
        try await server.send("GET", "\(path)/items?order=asc&limit=100").json["data"]?.array ?? []
    }

    private func id(_ item: JSON) -> String { item["id"]?.string ?? "" }

    @Test func anEditTakesThePlaceOfTheItem() async throws {
        try await TestServer.with { server in
            let path = "/v1/conversations/\(try await server.conversation(Self.items))"
            let old = try await list(server, path)
            let new = try await server.send("POST", "\(path)/items/\(id(old[1]))", [:], #"{"content":"B"}"#).json
            let text: JSON = ["type": "output_text", "text": "B", "annotations": [], "logprobs": []]
            #expect(new["content"] == [text] && new["role"] == "assistant" && new["status"] == "completed")
            #expect(new["id"] != old[1]["id"])
            #expect(try await list(server, path) == [old[0], new])
            #expect(try await server.send("GET", "\(path)/items/\(id(old[3]))").json == old[3])

            let arguments = #"{"arguments":"{\"a\":1}"}"#
            let call = try await server.send("POST", "\(path)/items/\(id(old[2]))", [:], arguments).json
            #expect(call["name"] == "f" && call["call_id"] == "c" && call["arguments"] == #"{"a":1}"#)
            #expect(id(call).hasPrefix("fc_"))
            #expect(try await list(server, path) == [old[0], old[1], call])

            var whole = try #require(old[0].object)
            whole["content"] = [["type": "input_text", "text": "x"]]
            let first = try await server.send("POST", "\(path)/items/\(id(old[0]))", [:], JSON.object(whole).text).json
            #expect(first["content"] == whole["content"] && first["id"] != whole["id"])
            #expect(try await list(server, path) == [first])
        }
    }

    @Test(arguments: [
        ("{}", "missing_required_parameter content"), (#"{"id":"msg_x"}"#, "missing_required_parameter content"),
        (#"{"content":7}"#, "invalid_type item.content"), (#"{"role":"robot"}"#, "invalid_value item.role"),
        (#"{"pinned":1}"#, "invalid_type pinned"),
    ])
    func wrongEditsAreNamedAndChangeNothing(body: String, error: String) async throws {
        try await TestServer.with { server in
            let path = "/v1/conversations/\(try await server.conversation(Self.items))"
            let old = try await list(server, path)
            let answer = try await server.send("POST", "\(path)/items/\(id(old[1]))", [:], body)
            #expect(answer.error == "invalid_request_error \(error)")
            #expect(try await list(server, path) == old)
        }
    }

    @Test func anItemIsPinnedAndLetGo() async throws {
        try await TestServer.with { server in
            let path = "/v1/conversations/\(try await server.conversation(Self.items))"
            let old = try await list(server, path)
            let item = "\(path)/items/\(id(old[0]))"
            let pinned = try await server.send("POST", item, [:], #"{"pinned":true}"#).json
            #expect(pinned["pinned"] == true && pinned["id"] == old[0]["id"])
            #expect(try await server.send("GET", item).json == pinned)
            // Sent back as it came with another text: an edit, pinned as well.
            var whole = try #require(pinned.object)
            whole["content"] = "x"
            #expect(try await server.send("POST", item, [:], JSON.object(whole).text).json["pinned"] == true)
            #expect(try await server.send("POST", item, [:], #"{"pinned":false}"#).json == old[0])
        }
    }

    @Test func theTextOfACompactionIsEditedInItsPlace() async throws {
        try await TestServer.with { server in
            let path = "/v1/conversations/\(try await server.conversation(Self.items))"
            let body = #"{"items":[{"type":"compaction","summary":"was"},{"role":"user","content":"b"}]}"#
            let made = try await server.send("POST", "\(path)/items", [:], body).json["data"]?.array ?? []
            let item = "\(path)/items/\(id(made[0]))"
            let edited = try await server.send("POST", item, [:], #"{"summary":"is","pinned":true}"#).json
            #expect(edited["id"] == made[0]["id"] && edited["summary"] == "is" && edited["pinned"] == true)
            #expect(try await server.send("GET", item).json == edited)
            #expect(try await list(server, path).count == 6)
            #expect(try await server.send("POST", item, [:], #"{"content":"x"}"#).error.contains("summary"))
            let fork = try await server.send("POST", "\(path)/fork").json
            let copy = try await list(server, "/v1/conversations/\(id(fork))")
            #expect(copy.count == 6 && copy[4]["summary"] == "is")
        }
    }

    @Test func linesAreListedAndTheTipMoves() async throws {
        try await TestServer.with { server in
            let path = "/v1/conversations/\(try await server.conversation(Self.items))"
            let old = try await list(server, path)
            let new = try await server.send("POST", "\(path)/items/\(id(old[1]))", [:], #"{"content":"B"}"#).json
            let lines = try await server.send("GET", "\(path)/branches").json
            let data = lines["data"]?.array ?? []
            #expect(lines["object"] == "list" && data.count == 2)
            #expect(
                data[0].object?.members.map(\.name)
                    == ["id", "object", "tip", "fork", "item_count", "active", "created_at", "updated_at"]
            )
            #expect(data.map { $0["object"] } == ["conversation.branch", "conversation.branch"])
            #expect(data.map { $0["id"] } == [new["id"], old[0]["id"]])
            #expect(data.map { $0["tip"] } == [new["id"], old[3]["id"]])
            #expect(data.map { $0["fork"] } == [old[0]["id"], nil])
            #expect(data.map { $0["item_count"] } == [2, 4] && data.map { $0["active"] } == [true, false])
            let page = try await server.send("GET", "\(path)/branches?limit=1&after=\(id(new))").json
            #expect(page["data"]?.array == [data[1]] && page["has_more"] == false)
            #expect(try await server.send("GET", "\(path)/branches?after=x").error.contains("invalid_value after"))

            func move(_ body: String) async throws -> RawAnswer {
                try await server.send("POST", "\(path)/tip", [:], body)
            }
            #expect(try await move(#"{"item":"\#(id(old[2]))"}"#).json["item_count"] == 3)
            #expect(try await list(server, path) == Array(old[0...2]))
            #expect(try await move(#"{"item":"\#(id(old[2]))","follow":true}"#).json["object"] == "conversation")
            #expect(try await list(server, path) == old)
            #expect(try await move("{}").error.contains("missing_required_parameter item"))
            #expect(try await move(#"{"item":7}"#).error.contains("invalid_type item"))
            let unknown = "msg_\(String(repeating: "0", count: 48))"
            for item in ["x", unknown] { #expect(try await move(#"{"item":"\#(item)"}"#).status == 404) }
        }
    }

    @Test func aForkHoldsTheSameItems() async throws {
        try await TestServer.with { server in
            let path = "/v1/conversations/\(try await server.conversation(Self.items))"
            let old = try await list(server, path)
            func nameless(_ items: [JSON]) -> [JSON] {
                items.compactMap(\.object).map { object in
                    var object = object
                    object["id"] = nil
                    return .object(object)
                }
            }
            let whole = try await server.send("POST", "\(path)/fork").json
            #expect(whole["object"] == "conversation" && whole["title"] == "Trip" && whole["item_count"] == 4)
            #expect(nameless(try await list(server, "/v1/conversations/\(id(whole))")) == nameless(old))
            let body = #"{"item":"\#(id(old[1]))","title":"Other","metadata":{"k":"v"}}"#
            let part = try await server.send("POST", "\(path)/fork", ["Idempotency-Key": "f"], body).json
            #expect(part["title"] == "Other" && part["metadata"] == ["k": "v"] && part["item_count"] == 2)
            #expect(try await server.send("POST", "\(path)/fork", ["Idempotency-Key": "f"], body).json == part)
            #expect(try await server.send("GET", "/v1/conversations").json["data"]?.array?.count == 3)
            #expect(try await server.send("POST", "\(path)/fork", [:], #"{"item":"x"}"#).status == 404)
            #expect(
                try await server.send("POST", "\(path)/fork", [:], #"{"title":1}"#).error.contains("invalid_type title")
            )
        }
    }

    @Test func whileATurnRunsThePathStays() async throws {
        try await TestServer.with { server in
            let conversation = try await server.conversation(Self.items)
            let path = "/v1/conversations/\(conversation)"
            let old = try await list(server, path)
            let busy = try #require(Conversation.ID(conversation))
            try await server.lanes.enter(busy)
            let item = "\(path)/items/\(id(old[0]))"
            for (path, body) in [(item, #"{"content":"x"}"#), ("\(path)/tip", #"{"item":"\#(id(old[0]))"}"#)] {
                #expect(
                    try await server.send("POST", path, [:], body).error.contains("conversation_locked conversation")
                )
            }
            #expect(try await server.send("POST", item, [:], #"{"pinned":true}"#).status == 200)
            #expect(try await server.send("GET", "\(path)/branches").status == 200)
            #expect(try await server.send("POST", "\(path)/fork").status == 200)
            server.lanes.leave(busy)
        }
    }

    @Test func conversationsAreFoundByTheirTitles() async throws {
        try await TestServer.with { server in
            for title in ["Trip to 上海", "TRIP", "other"] {
                _ = try await server.conversation(#"{"title":"\#(title)"}"#)
            }
            func titles(_ query: String) async throws -> [JSON?] {
                let list = try await server.send("GET", "/v1/conversations?order=asc&\(query)").json
                return (list["data"]?.array ?? []).map { $0["title"] }
            }
            #expect(try await titles("q=trip") == ["Trip to 上海", "TRIP"])
            #expect(try await titles("q=p+to+%E4%B8%8A") == ["Trip to 上海"])
            #expect(try await titles("q=%25") == [])
            #expect(try await titles("q=").count == 3)
        }
    }
}
