import Parley
import ParleyServer
import ScriptedUpstream
import Testing

/// `/v1/chat/completions`, from the client to the upstream and back.
@Suite(.timeLimit(.minutes(2)))
struct ChatTests {
    @Test func aClientOfHTTP10GetsItsStreamWithoutChunks() async throws {
        try await ChatServer.with { chat in
            try await chat.server.connect { connection in
                let body = #"{"stream":true,"messages":[{"role":"user","content":"one two"}]}"#
                try await connection.send(
                    "POST /v1/chat/completions HTTP/1.0\r\nHost: localhost\r\nContent-Length: \(body.count)\r\n\r\n\(body)"
                )
                var answer = try await connection.head()
                #expect(answer.status == 200)
                #expect(answer.headers["transfer-encoding"] == nil && answer.headers["connection"] == "close")
                answer.body = try await connection.rest()
                #expect(answer.said == "echo(1): one two" && answer.events.last == "[DONE]")
                #expect(!answer.text.contains("\r"))
            }
        }
    }

    @Test func aConversationRemembers() async throws {
        try await ChatServer.with { chat in
            let id = try await chat.server.conversation()
            #expect(try await chat.chat("我叫小明", in: id).said == "echo(1): 我叫小明")
            let second = try await chat.chat("我叫什么？", in: id)
            #expect(second.said == "echo(3): 我叫什么？")
            #expect(second.conversation == id)
            #expect(chat.lastMessages == ["我叫小明", "echo(1): 我叫小明", "我叫什么？"])
            #expect(try await chat.texts(id) == ["我叫小明", "echo(1): 我叫小明", "我叫什么？", "echo(3): 我叫什么？"])
        }
    }

    @Test func theHeaderNamesAConversationToo() async throws {
        try await ChatServer.with { chat in
            let id = try await chat.server.conversation()
            let headers = ["X-Parley-Conversation": id]
            _ = try await chat.chat("a", headers: headers)
            #expect(try await chat.chat("b", headers: headers).said == "echo(3): b")
        }
    }

    @Test func withoutAConversationNothingIsAddedAndAllIsRecorded() async throws {
        try await ChatServer.with { chat in
            let first = try await chat.chat("a")
            #expect(first.said == "echo(1): a")
            let list =
                #"[{"role":"user","content":"a"},{"role":"assistant","content":"echo(1): a"},{"role":"user","content":"b"}]"#
            let second = try await chat.send(list)
            #expect(second.said == "echo(3): b")
            #expect(second.conversation == first.conversation)
            #expect(try await chat.texts(first.conversation) == ["a", "echo(1): a", "b", "echo(3): b"])
        }
    }

    @Test func aClientThatSendsItsWholeListIntoAConversationAddsOnlyWhatIsNew() async throws {
        try await ChatServer.with { chat in
            let id = try await chat.server.conversation()
            _ = try await chat.chat("a", in: id)
            let list =
                #"[{"role":"user","content":"a"},{"role":"assistant","content":"echo(1): a"},{"role":"user","content":"b"}]"#
            #expect(try await chat.send(list, in: id).said == "echo(3): b")
            #expect(try await chat.texts(id) == ["a", "echo(1): a", "b", "echo(3): b"])
        }
    }

    @Test func instructionsOfTheFirstRequestHoldForTheNext() async throws {
        try await ChatServer.with { chat in
            let id = try await chat.server.conversation()
            _ = try await chat.send(#"[{"role":"system","content":"be brief"},{"role":"user","content":"a"}]"#, in: id)
            _ = try await chat.chat("b", in: id)
            #expect(chat.lastMessages == ["be brief", "a", "echo(2): a", "b"])
            #expect(try await chat.texts(id) == ["a", "echo(2): a", "b", "echo(4): b"])
        }
    }

    @Test func aStreamSaysTheSameAndEndsAfterItIsStored() async throws {
        try await ChatServer.with { chat in
            let id = try await chat.server.conversation()
            let answer = try await chat.chat("流式 hello", in: id, #","stream":true"#)
            #expect(answer.headers["content-type"] == "text/event-stream; charset=utf-8")
            #expect(answer.said == "echo(1): 流式 hello")
            #expect(answer.events.last == "[DONE]")
            #expect(Set(answer.chunks.compactMap { $0["id"]?.string }).count == 1)
            #expect(answer.chunks.allSatisfy { $0["object"] == "chat.completion.chunk" && $0.object?["usage"] == nil })
            #expect(answer.chunks.last?["choices"]?.array?.first?["finish_reason"] == "stop")
            #expect(try await chat.texts(id) == ["流式 hello", "echo(1): 流式 hello"])
        }
    }

    @Test func usageComesLastWhenAskedFor() async throws {
        try await ChatServer.with { chat in
            let answer = try await chat.chat("a", in: nil, #","stream":true,"stream_options":{"include_usage":true}"#)
            let last = try #require(answer.chunks.last)
            #expect(last["choices"] == [])
            #expect(try #require(last["usage"]?["total_tokens"]?.int) > 0)
            #expect(answer.chunks.dropLast().allSatisfy { $0.object?["usage"] == .null })
        }
    }

    @Test func keepAliveSurvivesAStream() async throws {
        try await ChatServer.with { chat in
            let answers = try await chat.server.connect { connection in
                let body = Array(#"{"messages":[{"role":"user","content":"a"}],"stream":true}"#.utf8)
                try await connection.request("POST", "/v1/chat/completions", [:], body)
                let first = try await connection.answer()
                try await connection.request("POST", "/v1/chat/completions", [:], body)
                return [first.events.last, try await connection.answer().events.last]
            }
            #expect(answers == ["[DONE]", "[DONE]"])
        }
    }

    @Test func toolsGoUpstreamAndTheirCallsAreStored() async throws {
        try await ChatServer.with { chat in
            let id = try await chat.server.conversation()
            let tools = #","tools":[{"type":"function","function":{"name":"weather","parameters":{}}}]"#
            let called = try await chat.chat("!tool please", in: id, tools)
            let call = try #require(called.json["choices"]?.array?.first?["message"]?["tool_calls"]?.array?.first)
            #expect(call["function"]?["name"] == "weather")
            let callID = call["id"]?.string ?? ""
            let result = #"[{"role":"tool","tool_call_id":"\#(callID)","content":"18°C"}]"#
            #expect(try await chat.send(result, in: id, tools).said.contains("18°C"))
            #expect(try await chat.texts(id).count == 4)
        }
    }

    @Test func whatIsNotToBeStoredIsNot() async throws {
        try await ChatServer.with { chat in
            let answer = try await chat.chat("secret", in: nil, #","store":false"#)
            #expect(answer.said == "echo(1): secret")
            #expect(answer.conversation == nil)
            #expect(try await chat.server.send("GET", "/v1/conversations").json["data"] == [])
        }
    }

    @Test func aMissingModelIsTheFirstThatTheUpstreamLists() async throws {
        try await ChatServer.with { chat in
            _ = try await chat.chat("a")
            _ = try await chat.chat("b", in: nil, #","model":"text-davinci-003""#)
            let models = chat.upstream.received.compactMap { $0.json["model"]?.string }
            #expect(models == ["echo-1", "echo-1"])
        }
    }

    @Test func aContextKeepsToItsBudget() async throws {
        try await ChatServer.with { chat in
            let id = try await chat.server.conversation(#"{"context":{"policy":"turns:1"}}"#)
            for text in ["a", "b", "c"] { _ = try await chat.chat(text, in: id) }
            #expect(chat.lastMessages == ["b", "echo(3): b", "c"])
            let refused = try await chat.chat(
                String(repeating: "long ", count: 200),
                in: id,
                #","context":{"budget":50}"#
            )
            #expect(refused.status == 400)
            #expect(refused.error == "invalid_request_error context_length_exceeded messages")
            #expect(refused.text.contains("Input tokens exceed the configured limit"))
            #expect(try await chat.texts(id).count == 6)
        }
    }
}
