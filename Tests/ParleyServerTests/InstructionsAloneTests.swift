import Parley
import ParleyServer
import ScriptedUpstream
import Testing

/// Requests of system messages and nothing else, which OpenAI answers.
@Suite(.timeLimit(.minutes(1)))
struct InstructionsAloneTests {
    private static let alone = #"[{"role":"system","content":"say hello"}]"#

    @Test(arguments: ["", #","stream":true"#])
    func theyAreAnsweredAndRecorded(more: String) async throws {
        try await ChatServer.with { chat in
            let answer = try await chat.send(Self.alone, in: nil, more)
            #expect(answer.status == 200)
            #expect(answer.said.hasPrefix("echo(1)"))
            #expect(chat.lastMessages == ["say hello"])
            let id = try #require(answer.conversation)
            let list = try await chat.server.send("GET", "/v1/conversations").json["data"]?.array ?? []
            #expect(list.map { $0["id"]?.string } == [id])
            #expect(try await chat.texts(id) == [answer.said])
            let turn = try await chat.lastTurn(id)
            #expect(turn?["status"] == "completed")
            #expect(turn?["input"]?.array?.isEmpty == true)
            #expect(turn?["output"]?.array?.count == 1)
            let name = try #require(turn?["id"]?.string)
            #expect(try await chat.server.send("GET", "/v1/turns/\(name)").json["output"]?.array?.count == 1)
        }
    }

    @Test func whatFollowsThemIsOfTheSameConversation() async throws {
        try await ChatServer.with { chat in
            let first = try await chat.send(Self.alone)
            let said = JSON.string(first.said).text
            let list =
                #"[{"role":"system","content":"say hello"},{"role":"assistant","content":\#(said)},{"role":"user","content":"b"}]"#
            let second = try await chat.send(list)
            #expect(second.conversation == first.conversation)
            #expect(try await chat.texts(first.conversation) == [first.said, "b", second.said])
        }
    }

    @Test func theyAreAnsweredInANamedConversation() async throws {
        try await ChatServer.with { chat in
            let id = try await chat.server.conversation()
            let first = try await chat.send(Self.alone, in: id)
            #expect(first.status == 200)
            #expect(chat.lastMessages == ["say hello"])
            let second = try await chat.chat("b", in: id)
            // What a model reads begins with a user's message.
            #expect(chat.lastMessages == ["say hello", "b"])
            #expect(try await chat.texts(id) == [first.said, "b", second.said])
        }
    }

    @Test func nothingAtAllIsRefused() async throws {
        try await ChatServer.with { chat in
            let id = try await chat.server.conversation()
            _ = try await chat.chat("a", in: id)
            let known = #"[{"role":"user","content":"a"},{"role":"assistant","content":"echo(1): a"}]"#
            #expect(try await chat.send("[]", in: id).status == 400)
            #expect(try await chat.send(known, in: id).status == 400)
        }
    }
}
