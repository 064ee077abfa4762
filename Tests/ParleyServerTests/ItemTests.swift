import Parley
import ParleyServer
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ItemTests {
    @Test func itemsComeBackInTheShapesOfOpenAI() async throws {
        try await TestServer.with { server in
            let path = "/v1/conversations/\(try await server.conversation())/items"
            let body = #"""
                {"items":[{"role":"user","content":"你好"},
                {"type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello"}]},
                {"type":"function_call","call_id":"call_1","name":"f","arguments":"{}","extra":[1.50]},
                {"type":"function_call_output","call_id":"call_1","output":"ok"},
                {"type":"new_kind","anything":{"deep":true}}]}
                """#
            let made = try await server.send("POST", path, [:], body).json
            let items = made["data"]?.array ?? []
            #expect(items.count == 5)
            #expect(made["has_more"] == false)
            let prefixes = ["msg_", "msg_", "fc_", "fco_", "item_"]
            for (item, prefix) in zip(items, prefixes) {
                #expect(item["id"]?.string?.hasPrefix(prefix) == true)
                #expect(item["status"] == "completed")
                let id = item["id"]?.string ?? ""
                #expect(try await server.send("GET", "\(path)/\(id)").json == item)
            }
            #expect(items[0]["content"] == [["type": "input_text", "text": "你好"]])
            let text: JSON = ["type": "output_text", "text": "Hello", "annotations": [], "logprobs": []]
            #expect(items[1]["content"] == [text])
            #expect(items[2]["extra"] == [.number("1.50")])
            #expect(items[4]["anything"] == ["deep": true])
        }
    }

    @Test func whatTypedClientsRequireIsThere() async throws {
        try await TestServer.with { server in
            let path = "/v1/conversations/\(try await server.conversation())/items"
            let image = #"{"type":"image_url","image_url":{"url":"data:x"}}"#
            let body = #"""
                {"items":[{"type":"reasoning"},{"type":"function_call","call_id":"c","name":"f"},
                {"role":"user","content":[\#(image)]}]}
                """#
            let items = try await server.send("POST", path, [:], body).json["data"]?.array ?? []
            #expect(items.count == 3)
            #expect(items[0]["summary"] == [] && items[1]["arguments"] == "")
            #expect(items[2]["content"] == [["type": "input_image", "image_url": "data:x", "detail": "auto"]])
        }
    }

    @Test(arguments: [
        (#"{"type":"function_call_output","call_id":"c","output":{}}"#, "items[0].output"),
        (#"{"role":"user","content":7}"#, "items[0].content"),
        (#"{"role":"user","content":[{"type":"input_text"}]}"#, "items[0].content[0].text"),
        (#"{"role":"assistant","content":[{"type":"refusal","refusal":{}}]}"#, "items[0].content[0].refusal"),
    ])
    func whatTypedClientsCouldNotReadIsRefused(_ item: String, _ parameter: String) async throws {
        try await TestServer.with { server in
            let path = "/v1/conversations/\(try await server.conversation())/items"
            let answer = try await server.send("POST", path, [:], "{\"items\":[\(item)]}")
            #expect(answer.status == 400 && answer.error == "invalid_request_error invalid_type \(parameter)")
        }
    }

    @Test func theListIsNewestFirstUnlessAsked() async throws {
        try await TestServer.with { server in
            let list = (0..<5).map { #"{"role":"user","content":"\#($0)"}"# }.joined(separator: ",")
            let path = "/v1/conversations/\(try await server.conversation(#"{"items":[\#(list)]}"#))/items"
            func texts(_ query: String) async throws -> [String] {
                let data = try await server.send("GET", "\(path)?\(query)").json["data"]?.array ?? []
                return data.compactMap { $0["content"]?.array?.first?["text"]?.string }
            }
            #expect(try await texts("") == ["4", "3", "2", "1", "0"])
            #expect(try await texts("order=asc&limit=2") == ["0", "1"])
            let page = try await server.send(
                "GET",
                "\(path)?order=asc&limit=2&include%5B%5D=message.output_text.logprobs"
            )
            let last = page.json["last_id"]?.string ?? ""
            #expect(try await texts("order=asc&limit=2&after=\(last)") == ["2", "3"])
        }
    }

    @Test func twentyItemsAreAcceptedAndTwentyOneAreNot() async throws {
        try await TestServer.with { server in
            let path = "/v1/conversations/\(try await server.conversation())/items"
            func body(_ count: Int) -> String {
                let items = [String](repeating: #"{"role":"user","content":"x"}"#, count: count)
                return #"{"items":[\#(items.joined(separator: ","))]}"#
            }
            #expect(try await server.send("POST", path, [:], body(20)).status == 200)
            let refused = try await server.send("POST", path, [:], body(21))
            #expect(refused.error == "invalid_request_error array_above_max_length items")
            #expect(try await server.send("POST", path, [:], body(0)).error.contains("empty_array items"))
            #expect(try await server.send("POST", path, [:], "{}").error.contains("missing_required_parameter items"))
            #expect(
                try await server.send("POST", "/v1/conversations", [:], body(21)).error.contains(
                    "array_above_max_length"
                )
            )
        }
    }

    @Test(arguments: [
        (#"{"content":"x"}"#, "missing_required_parameter items[0].role"),
        (#"{"role":"robot","content":"x"}"#, "invalid_value items[0].role"),
        (#"{"role":"user"}"#, "missing_required_parameter items[0].content"),
        (#"{"role":"user","content":7}"#, "invalid_type items[0].content"),
        (#"{"role":"user","content":["x"]}"#, "invalid_type items[0].content[0]"),
        (#"{"type":"function_call","name":"f"}"#, "missing_required_parameter items[0].call_id"),
        (#"{"type":"function_call_output","call_id":"c"}"#, "missing_required_parameter items[0].output"),
        (#"{"type":7}"#, "invalid_type items[0].type"),
        (#""text""#, "invalid_type items[0]"),
    ])
    func wrongItemsAreNamedAndNothingIsStored(item: String, error: String) async throws {
        try await TestServer.with { server in
            let path = "/v1/conversations/\(try await server.conversation())/items"
            let good = #"{"role":"user","content":"x"}"#
            let answer = try await server.send("POST", path, [:], #"{"items":[\#(item),\#(good)]}"#)
            #expect(answer.error == "invalid_request_error \(error)")
            #expect(try await server.send("GET", path).json["data"] == [])
        }
    }

    @Test func whatIsOursToSayIsNotTakenFromTheClient() async throws {
        try await TestServer.with { server in
            let path = "/v1/conversations/\(try await server.conversation())/items"
            let item = #"{"id":"msg_x","status":"failed","created_at":1,"role":"user","content":"x","user_id":7}"#
            let made = try await server.send("POST", path, [:], #"{"items":[\#(item)]}"#).json["data"]?.array?.first
            #expect(made?["id"] != "msg_x")
            #expect(made?["status"] == "completed")
        }
    }

    @Test func deletingAnswersTheConversation() async throws {
        try await TestServer.with { server in
            let items = #"[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]"#
            let path = "/v1/conversations/\(try await server.conversation(#"{"items":\#(items)}"#))"
            let last = try await server.send("GET", path + "/items").json["first_id"]?.string ?? ""
            let answer = try await server.send("DELETE", "\(path)/items/\(last)").json
            #expect(answer["object"] == "conversation")
            #expect(answer["item_count"] == 1)
            #expect(try await server.send("DELETE", "\(path)/items/\(last)").status == 404)
        }
    }

    @Test func itemsOfOtherConversationsAreNotFound() async throws {
        try await TestServer.with { server in
            let one = try await server.conversation(#"{"items":[{"role":"user","content":"a"}]}"#)
            let item = try await server.send("GET", "/v1/conversations/\(one)/items").json["first_id"]?.string ?? ""
            let two = try await server.conversation()
            #expect(try await server.send("GET", "/v1/conversations/\(two)/items/\(item)").status == 404)
            #expect(
                try await server.send("GET", "/v1/conversations/\(two)/items?after=\(item)").error.contains(
                    "invalid_value after"
                )
            )
        }
    }

    @Test func whileATurnRunsItemsCannotBeWritten() async throws {
        try await TestServer.with { server in
            let id = try await server.conversation(#"{"items":[{"role":"user","content":"a"}]}"#)
            let path = "/v1/conversations/\(id)"
            let item = try await server.send("GET", path + "/items").json["first_id"]?.string ?? ""
            let busy = try #require(Conversation.ID(id))
            try await server.lanes.enter(busy)
            let body = #"{"items":[{"role":"user","content":"b"}]}"#
            for (method, path) in [
                ("POST", path + "/items"), ("DELETE", path + "/items/\(item)"), ("POST", path + "/rewind"),
            ] {
                let answer = try await server.send(method, path, [:], body)
                #expect(answer.status == 400)
                #expect(answer.error == "invalid_request_error conversation_locked conversation")
                #expect(answer.headers["x-should-retry"] == "true")
                #expect(answer.headers["retry-after"] == "1")
            }
            #expect(try await server.send("GET", path + "/items").status == 200)
            server.lanes.leave(busy)
            #expect(try await server.send("POST", path + "/items", [:], body).status == 200)
        }
    }
}
