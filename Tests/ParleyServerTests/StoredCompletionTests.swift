import Parley
import ParleyServer
import ScriptedUpstream
import Testing

/// Chats with `"store": true`, found again by their ids.
@Suite(.timeLimit(.minutes(1)))
struct StoredCompletionTests {
    private static let path = "/v1/chat/completions"

    /// Asks something that is to be kept and returns the answer's id.
    private func ask(_ chat: ChatServer, _ text: String, _ more: String = "") async throws -> String {
        let answer = try await chat.chat(text, #","store":true"# + more)
        return (answer.json["id"] ?? answer.chunks.first?["id"])?.string ?? ""
    }

    @Test func whatIsStoredComesBackAsItWasAnswered() async throws {
        try await ChatServer.with { chat in
            let answer = try await chat.chat("a", #","store":true,"model":"echo-2","metadata":{"k":"v"}"#).json
            var expected = try #require(answer.object)
            #expect(expected["system_fingerprint"] == "fp_echo")
            expected["metadata"] = ["k": "v"]
            let path = "\(Self.path)/\(answer["id"]?.string ?? "")"
            #expect(try await chat.server.send("GET", path).json == .object(expected))
            let list = try await chat.server.send("GET", Self.path).json
            #expect(list["object"] == "list" && list["data"] == [.object(expected)] && list["has_more"] == false)
            #expect(list["first_id"] == answer["id"] && list["last_id"] == answer["id"])
        }
    }

    @Test func whatWasStreamedComesBackWhole() async throws {
        try await ChatServer.with { chat in
            let id = try await ask(chat, "!tools2 !reason", #","stream":true,"tools":[\#(Self.tool)]"#)
            let stored = try await chat.server.send("GET", "\(Self.path)/\(id)").json
            #expect(stored["id"] == .string(id) && stored["object"] == "chat.completion" && stored["metadata"] == [:])
            let choice = stored["choices"]?.array?.first
            #expect(choice?["finish_reason"] == "tool_calls" && choice?["message"]?["content"] == nil)
            let calls = choice?["message"]?["tool_calls"]?.array ?? []
            #expect(calls.map { $0["function"]?["arguments"] } == Array(repeating: #"{"city": "上海"}"#, count: 2))
            #expect(stored["usage"]?["completion_tokens"]?.int ?? 0 > 0)
        }
    }

    private static let tool = #"{"type":"function","function":{"name":"weather","parameters":{"type":"object"}}}"#

    @Test(arguments: [false, true])
    func everySampleComesBack(streamed: Bool) async throws {
        try await ChatServer.with { chat in
            let id = try await ask(chat, "a", #","n":3,"stream":\#(streamed)"#)
            let stored = try await chat.server.send("GET", "\(Self.path)/\(id)").json
            let choices = stored["choices"]?.array ?? []
            #expect(choices.map { $0["index"] } == [0, 1, 2])
            #expect(choices.allSatisfy { $0["message"]?["content"] == "echo(1): a" && $0["finish_reason"] == "stop" })
            #expect(stored["system_fingerprint"] == "fp_echo")
        }
    }

    @Test func everySampleOfAStreamIsGivenAgain() async throws {
        try await ChatServer.with { chat in
            let key = ["Idempotency-Key": "k"]
            let first = try await chat.chat("a", in: nil, #","n":2,"stream":true"#, headers: key)
            let again = try await chat.chat("a", in: nil, #","n":2,"stream":true"#, headers: key)
            #expect(first.events.last == "[DONE]" && again.events.last == "[DONE]")
            for index in 0..<2 {
                let said = again.chunks.compactMap { $0["choices"]?.array?.first }.filter { $0["index"]?.int == index }
                #expect(said.compactMap { $0["delta"]?["content"]?.string }.joined() == "echo(1): a")
                #expect(said.last?["finish_reason"] == "stop")
            }
        }
    }

    @Test func onlyWhatIsToBeStoredIs() async throws {
        try await ChatServer.with(ServerSettings(recordsByDefault: false)) { chat in
            for more in ["", #","store":false"#] {
                let id = try await chat.chat("a", more).json["id"]?.string ?? ""
                for suffix in ["", "/messages"] {
                    let answer = try await chat.server.send("GET", "\(Self.path)/\(id)\(suffix)")
                    #expect(answer.status == 404)
                    #expect(answer.isWellFormedError && answer.error == "invalid_request_error null null")
                }
            }
            let id = try await ask(chat, "a")
            #expect(try await chat.server.send("GET", "\(Self.path)/\(id)").json["id"] == .string(id))
            #expect(try await chat.server.send("GET", Self.path).json["data"]?.array?.count == 1)
        }
    }

    @Test func theListIsOldestFirstPagedAndFiltered() async throws {
        try await ChatServer.with { chat in
            var ids: [String] = []
            for number in 0..<5 {
                let model = number < 3 ? "echo-1" : "echo-2"
                let more = #","model":"\#(model)","metadata":{"n":"\#(number % 2)","语 言":"a&b"}"#
                ids.append(try await ask(chat, "\(number)", more))
            }
            func list(_ query: String) async throws -> [String] {
                let data = try await chat.server.send("GET", "\(Self.path)?\(query)").json["data"]?.array ?? []
                return data.compactMap { $0["id"]?.string }
            }
            #expect(try await list("") == ids)
            #expect(try await list("order=desc&limit=2") == [ids[4], ids[3]])
            #expect(try await list("limit=2&after=\(ids[1])") == [ids[2], ids[3]])
            #expect(try await list("model=echo-2") == [ids[3], ids[4]])
            #expect(try await list("metadata%5Bn%5D=0") == [ids[0], ids[2], ids[4]])
            #expect(
                try await list("metadata[n]=0&model=echo-1&metadata[%E8%AF%AD+%E8%A8%80]=a%26b") == [ids[0], ids[2]]
            )
            #expect(try await list("metadata[n]=0&metadata[x]=y") == [])
        }
    }

    @Test(arguments: [
        ("limit=0", "integer_below_min_value limit"), ("limit=101", "integer_above_max_value limit"),
        ("order=up", "invalid_value order"), ("after=x", "invalid_value after"),
        ("after=chatcmpl-000000000000000000000000000000000000000000000000", "invalid_value after"),
    ])
    func wrongPagingIsNamed(query: String, error: String) async throws {
        try await ChatServer.with { chat in
            let id = try await ask(chat, "a")
            for path in [Self.path, "\(Self.path)/\(id)/messages"] {
                #expect(try await chat.server.send("GET", "\(path)?\(query)").error == "invalid_request_error \(error)")
            }
        }
    }

    @Test func theMessagesAreThoseOfTheRequest() async throws {
        try await ChatServer.with { chat in
            let first = #"{"role":"system","content":"be brief"},{"role":"user","content":"a","name":"anna"}"#
            _ = try await chat.send("[\(first)]", #","store":true"#)
            let call = #"{"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"}}"#
            let parts = #"[{"type":"text","text":"b"},{"type":"image_url","image_url":{"url":"data:x"}}]"#
            let more = #"""
                {"role":"assistant","content":"echo(2): a"},{"role":"user","content":\#(parts)},
                {"role":"assistant","content":null,"tool_calls":[\#(call)]},
                {"role":"tool","tool_call_id":"call_1","content":"ok"}
                """#
            let answer = try await chat.send("[\(first),\(more)]", #","store":true"#).json
            let id = answer["id"]?.string ?? ""
            let path = "\(Self.path)/\(id)/messages"
            let list = try await chat.server.send("GET", path).json
            let data = list["data"]?.array ?? []
            #expect(data.map { $0["id"] } == (0..<6).map { .string("\(id)-\($0)") })
            #expect(data.map { $0["role"] } == ["system", "user", "assistant", "user", "assistant", "tool"])
            #expect(
                data.first?.object
                    == ([
                        "id": .string("\(id)-0"), "role": "system", "content": "be brief", "name": .null,
                        "content_parts": .null,
                    ] as JSON).object
            )
            #expect(data[1]["name"] == "anna" && data[1]["content"] == "a")
            #expect(data[3]["content"] == nil)
            #expect(try data[3]["content_parts"] == JSON(parsing: parts))
            #expect(try data[4]["tool_calls"] == [JSON(parsing: call)])
            #expect(data[5]["tool_call_id"] == "call_1" && data[5]["content"] == "ok")
            let page = try await chat.server.send("GET", "\(path)?limit=2&after=\(id)-1").json
            #expect(page["data"]?.array == Array(data[2...3]) && page["has_more"] == true)
            let newest = try await chat.server.send("GET", "\(path)?limit=2&order=desc&after=\(id)-1").json
            #expect(newest["data"]?.array == [data[0]] && newest["has_more"] == false)
        }
    }

    @Test func metadataIsReplacedAndTheCompletionDeletedOnce() async throws {
        try await ChatServer.with { chat in
            let answer = try await chat.chat("a", #","store":true,"metadata":{"a":"1"}"#)
            let id = answer.json["id"]?.string ?? ""
            let path = "\(Self.path)/\(id)"
            let changed = try await chat.server.send("POST", path, [:], #"{"metadata":{"b":"2"}}"#).json
            #expect(changed["metadata"] == ["b": "2"] && changed["choices"] == answer.json["choices"])
            #expect(try await chat.server.send("POST", path, [:], #"{"metadata":null}"#).json["metadata"] == [:])
            #expect(
                try await chat.server.send("POST", path, [:], "{}").error.contains(
                    "missing_required_parameter metadata"
                )
            )
            let wrong = try await chat.server.send("POST", path, [:], #"{"metadata":{"a":1}}"#)
            #expect(wrong.error == "invalid_request_error invalid_type metadata")
            let deleted = try await chat.server.send("DELETE", path).json
            #expect(deleted == ["id": .string(id), "object": "chat.completion.deleted", "deleted": true])
            for (method, suffix) in [("GET", ""), ("POST", ""), ("DELETE", ""), ("GET", "/messages")] {
                let body = method == "POST" ? #"{"metadata":{}}"# : ""
                #expect(try await chat.server.send(method, path + suffix, [:], body).status == 404)
            }
            #expect(try await chat.texts(answer.conversation) == ["a", "echo(1): a"])
        }
    }

    @Test func whatBelongsToSomebodyElseIsNotFound() async throws {
        try await ChatServer.with { chat in
            let id = try await ask(chat, "secret")
            let other = try await chat.server.key(of: "other")
            let path = "\(Self.path)/\(id)"
            for (method, suffix) in [("GET", ""), ("POST", ""), ("DELETE", ""), ("GET", "/messages")] {
                let body = method == "POST" ? #"{"metadata":{}}"# : ""
                let answer = try await chat.server.send(method, path + suffix, other, body)
                #expect(answer.status == 404 && !answer.text.contains("secret"))
            }
            #expect(try await chat.server.send("GET", Self.path, other).json["data"] == [])
            #expect(
                try await chat.server.send("GET", "\(Self.path)?after=\(id)", other).error.contains(
                    "invalid_value after"
                )
            )
        }
    }

    @Test func aWrongMethodIsToldWhichAreRight() async throws {
        try await ChatServer.with { chat in
            let answer = try await chat.server.send("PUT", "\(Self.path)/chatcmpl-1")
            #expect(answer.status == 405 && answer.headers["allow"] == "DELETE, GET, HEAD, POST")
        }
    }
}
