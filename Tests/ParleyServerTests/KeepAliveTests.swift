import Parley
import ParleyClient
import ScriptedUpstream
import Testing

@testable import ParleyServer

/// What a client gets while a model thinks.
@Suite(.timeLimit(.minutes(1)))
struct KeepAliveTests {
    private static var deadlines: UpstreamDeadlines {
        var deadlines = UpstreamDeadlines()
        deadlines.signOfLife = .milliseconds(20)
        return deadlines
    }

    @Test(arguments: [true, false])
    func aSilentStreamIsKeptAliveByComments(recorded: Bool) async throws {
        try await ChatServer.with(deadlines: Self.deadlines) { chat in
            try await chat.server.connect { connection in
                let body =
                    #"{"stream":true,"store":\#(recorded),"messages":[{"role":"user","content":"!slow one two three"}]}"#
                try await connection.request("POST", "/v1/chat/completions", [:], Array(body.utf8))
                var answer = try await connection.head()
                var comments = 0
                while let chunk = try await connection.chunk() {
                    answer.body += chunk
                    if chunk == Array(": keep-alive\n\n".utf8) { comments += 1 }
                    if comments == 2 { chat.upstream.gate.open() }
                }
                #expect(comments >= 2)
                #expect(answer.said == "echo(1): !slow one two three")
                #expect(answer.events.last == "[DONE]")
            }
        }
    }

    @Test func whoWatchesTheBackgroundHearsFromItBeforeTheUpstreamAnswers() async throws {
        try await ChatServer.with(on: .init(signOfLife: .milliseconds(20))) { chat in
            try await chat.server.connect { connection in
                let body = #"{"input":"!delay one","background":true,"stream":true}"#
                try await connection.request("POST", "/v1/responses", [:], Array(body.utf8))
                var answer = try await connection.head()
                var comments = 0
                while let chunk = try await connection.chunk() {
                    answer.body += chunk
                    if chunk == Array(": keep-alive\n\n".utf8) { comments += 1 }
                    if comments == 2 { chat.upstream.gate.open() }
                }
                #expect(comments >= 2)
                #expect(answer.responseEvents.last?["type"] == "response.completed")
            }
        }
    }

    @Test func whoLeavesIsNotWaitedFor() async throws {
        try await ChatServer.with { chat in
            try await chat.server.connect { connection in
                let body = #"{"input":"!delay one","background":true,"stream":true}"#
                try await connection.request("POST", "/v1/responses", [:], Array(body.utf8))
                _ = try await connection.head()
                #expect(chat.server.state.metrics.current.openStreams == 1)
            }
            while chat.server.state.metrics.current.openStreams > 0 { await Task.yield() }
            #expect(chat.server.turns.runningCount == 1)
            chat.upstream.gate.open()
            while chat.server.turns.runningCount > 0 { await Task.yield() }
        }
    }

    @Test func aWholeAnswerHasNoComments() async throws {
        try await ChatServer.with(deadlines: Self.deadlines) { chat in
            let answer = try await chat.chat("one two")
            #expect(answer.said == "echo(1): one two")
        }
    }
}
