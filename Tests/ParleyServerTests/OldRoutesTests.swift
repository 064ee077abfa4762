import Parley
import ParleyServer
import ScriptedUpstream
import Testing

/// The routes of old SDKs and of the tutorials.
@Suite(.timeLimit(.minutes(1)))
struct OldRoutesTests {
    /// An upstream without the legacy route, as most are now.
    private static let chatOnly: ScriptedUpstream.Script = { request, upstream in
        guard request.path.hasSuffix("/chat/completions") || request.path.hasSuffix("/models") else {
            return .json(#"{"error":{"message":"no such route","type":"invalid_request_error"}}"#, status: 404)
        }
        return Echo.script(request, upstream)
    }

    @Test(arguments: ["/v1/completions", "/v1/engines/davinci-codex/completions"])
    func aPromptIsAnsweredAsText(_ path: String) async throws {
        try await ChatServer.with(script: Self.chatOnly) { chat in
            let body = #"{"prompt":"Say hi","max_tokens":7,"temperature":0,"stop":null,"n":1}"#
            for _ in 0..<2 {
                let answer = try await chat.server.send("POST", path, [:], body)
                #expect(answer.status == 200)
                #expect(answer.json["object"] == "text_completion")
                let choice = try #require(answer.json["choices"]?.array?.first)
                #expect(choice["text"]?.string?.hasPrefix("echo(1)") == true)
                #expect(choice.object?["logprobs"] == .null && choice["index"] == 0)
                #expect(answer.json["usage"]?["total_tokens"] != nil)
                #expect(answer.json["id"]?.string?.hasPrefix("cmpl-") == true)
            }
        }
    }

    @Test func messagesOnTheCompletionRouteAnswerAsText() async throws {
        try await ChatServer.with(script: Self.chatOnly) { chat in
            let body = #"{"messages":[{"role":"user","content":"a"}],"max_tokens":50}"#
            let answer = try await chat.server.send("POST", "/v1/engines/gpt-3.5-turbo/completions", [:], body)
            #expect(answer.json["choices"]?.array?.first?["text"] == "echo(1): a")
        }
    }

    @Test func aPromptStreams() async throws {
        try await ChatServer.with(script: Self.chatOnly) { chat in
            let answer = try await chat.server.send("POST", "/v1/completions", [:], #"{"prompt":"a b","stream":true}"#)
            let text = answer.chunks.compactMap { $0["choices"]?.array?.first?["text"]?.string }.joined()
            #expect(text == "echo(1): a b")
            #expect(answer.chunks.last?["choices"]?.array?.first?["finish_reason"] == "stop")
            #expect(answer.events.last == "[DONE]")
        }
    }

    @Test func aPromptInAConversationBringsItsHistory() async throws {
        try await ChatServer.with { chat in
            let id = try await chat.server.conversation()
            _ = try await chat.chat("a", in: id)
            let body = "{\"prompt\":\"b\",\"conversation\":\"\(id)\"}"
            let answer = try await chat.server.send("POST", "/v1/completions", [:], body)
            #expect(answer.json["choices"]?.array?.first?["text"] == "echo(3): b")
        }
    }

    @Test func enginesAnswerChatsToo() async throws {
        try await ChatServer.with { chat in
            let body = #"{"messages":[{"role":"user","content":"a"}]}"#
            let answer = try await chat.server.send("POST", "/v1/engines/davinci/chat/completions", [:], body)
            #expect(answer.said == "echo(1): a")
        }
    }

    @Test func theTutorialsRoutesAnswerTheirShapes() async throws {
        try await ChatServer.with { chat in
            let asked = try await chat.server.send("POST", "/ask_gpt", [:], #"{"prompt":"你好"}"#)
            #expect(asked.json == ["message": "echo(1): 你好"])
            let said = try await chat.server.send("POST", "/chat", [:], #"{"message":"a"}"#)
            let choice = try #require(said.json["choices"]?.array?.first)
            #expect(choice["text"] == "echo(1): a" && choice["message"]?["content"] == "echo(1): a")
            let wrong = try await chat.server.send("POST", "/ask_gpt", [:], "{}")
            #expect(wrong.status == 400 && wrong.isWellFormedError)
        }
    }

    @Test func theTutorialsRoutesNeedAKeyUnlessTheyAreOpened() async throws {
        let body = #"{"prompt":"a"}"#
        try await ChatServer.with { chat in
            _ = try await chat.server.key(of: "anna")
            #expect(try await chat.server.send("POST", "/ask_gpt", [:], body).status == 401)
        }
        try await ChatServer.with(ServerSettings(anonymousUser: "local")) { chat in
            _ = try await chat.server.key(of: "anna")
            #expect(try await chat.server.send("POST", "/ask_gpt", [:], body).status == 200)
            #expect(try await chat.server.send("POST", "/v1/completions", [:], body).status == 401)
        }
    }
}
