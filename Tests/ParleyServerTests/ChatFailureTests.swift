import Parley
import ParleyServer
import ScriptedUpstream
import Testing

/// What is left when a turn goes wrong or is stopped.
@Suite(.timeLimit(.minutes(2)))
struct ChatFailureTests {
    @Test func anUpstreamFailureIsAPlainStatusAndLeavesThePathAlone() async throws {
        try await ChatServer.with { chat in
            let id = try await chat.server.conversation()
            _ = try await chat.chat("a", in: id)
            for more in ["", #","stream":true"#] {
                let refused = try await chat.chat("!status=401 b", in: id, more)
                #expect(refused.status == 502)
                #expect(refused.isWellFormedError)
            }
            #expect(try await chat.texts(id) == ["a", "echo(1): a"])
            #expect(try await chat.chat("c", in: id).said == "echo(3): c")
            #expect(try await chat.texts(id) == ["a", "echo(1): a", "c", "echo(3): c"])
        }
    }

    @Test func anAnswerThatBreaksOffEndsWithAnErrorEventAndIsKeptAside() async throws {
        try await ChatServer.with { chat in
            let id = try await chat.server.conversation()
            let broken = try await chat.chat("!drop one two three four", in: id, #","stream":true"#)
            #expect(broken.events.last != "[DONE]")
            #expect(broken.chunks.last?["error"]?["type"] == "server_error")
            #expect(broken.chunks.last?["error"]?["code"] == "upstream_error")
            #expect(try await chat.texts(id) == [])
            let turn = try await chat.lastTurn(id)
            #expect(turn?["status"] == "failed")
            #expect(turn?["input"]?.array?.count == 1)
            #expect(turn?["output"]?.array?.first?["status"] == "incomplete")
        }
    }

    @Test func stoppingWithKeepMakesThePartialAnswerTheEnd() async throws {
        try await ChatServer.with { chat in
            let id = try await chat.server.conversation()
            try await chat.server.connect { connection in
                let body =
                    #"{"conversation":"\#(id)","stream":true,"messages":[{"role":"user","content":"!slow one two three"}]}"#
                try await connection.request("POST", "/v1/chat/completions", [:], Array(body.utf8))
                let head = try await connection.head()
                let turn = try #require(head.headers["x-parley-turn"])
                _ = try await connection.chunk()
                let stopped = try await chat.server.send("POST", "/v1/turns/\(turn)/cancel", [:], #"{"keep":true}"#)
                #expect(stopped.json["status"] == "cancelled")
            }
            let texts = try await chat.texts(id)
            #expect(texts.count == 2)
            #expect("echo(1): !slow one two three".hasPrefix(texts.last ?? "none"))
            chat.upstream.gate.open()
            #expect(try await chat.chat("go on", in: id).said == "echo(3): go on")
        }
    }

    @Test func aClientThatLeavesEndsTheUpstreamCall() async throws {
        try await ChatServer.with { chat in
            let id = try await chat.server.conversation()
            try await chat.server.connect { connection in
                let body =
                    #"{"conversation":"\#(id)","stream":true,"messages":[{"role":"user","content":"!slow one two"}]}"#
                try await connection.request("POST", "/v1/chat/completions", [:], Array(body.utf8))
                _ = try await connection.head()
                _ = try await connection.chunk()
            }
            await chat.upstream.until { $0.aborted == 1 }
            // The lane is free again, and the path is where it was.
            #expect(try await chat.chat("next", in: id).said == "echo(1): next")
            #expect(try await chat.texts(id) == ["next", "echo(1): next"])
        }
    }

    @Test func aClientThatLeavesBeforeTheFirstEventEndsTheCallToo() async throws {
        try await ChatServer.with { chat in
            try await chat.server.connect { connection in
                let body = #"{"stream":true,"messages":[{"role":"user","content":"!delay x"}]}"#
                try await connection.request("POST", "/v1/chat/completions", [:], Array(body.utf8))
                await chat.upstream.until { $0.requests == 2 && $0.open == 1 }
            }
            await chat.upstream.until { $0.aborted == 1 }
        }
    }

    @Test func turnsOfOneConversationWaitForOneAnother() async throws {
        try await ChatServer.with { chat in
            let id = try await chat.server.conversation()
            try await withThrowingTaskGroup { group in
                for number in 0..<8 { group.addTask { try await chat.chat("q\(number)", in: id).status } }
                for try await status in group { #expect(status == 200) }
            }
            let texts = try await chat.texts(id)
            #expect(texts.count == 16)
            for (index, text) in texts.enumerated() where !index.isMultiple(of: 2) {
                #expect(text == "echo(\(index)): \(texts[index - 1])")
            }
        }
    }

    @Test func severalSamplesInAConversationAreRefused() async throws {
        try await ChatServer.with { chat in
            let id = try await chat.server.conversation()
            #expect(try await chat.chat("a", in: id, #","n":2"#).status == 400)
            #expect(try await chat.chat("a", in: nil, #","n":2"#).json["choices"]?.array?.count == 2)
        }
    }

    @Test func somebodyElsesConversationIsNotFound() async throws {
        try await ChatServer.with { chat in
            let anna = try await chat.server.key(of: "anna")
            let bert = try await chat.server.key(of: "bert")
            let id = try await chat.server.send("POST", "/v1/conversations", anna, "{}").json["id"]?.string
            #expect(try await chat.chat("a", in: id, headers: anna).status == 200)
            let refused = try await chat.chat("a", in: id, headers: bert)
            #expect(refused.status == 404)
            #expect(try await chat.chat("a", in: "conv_nonsense", headers: bert).status == 404)
            #expect(try await chat.texts(id, headers: anna).count == 2)
        }
    }

    @Test func aRetryIsNeverAnsweredFromAnotherConversation() async throws {
        try await ChatServer.with { chat in
            let one = try await chat.server.conversation()
            let two = try await chat.server.conversation()
            let retry = ["x-stainless-retry-count": "1"]
            _ = try await chat.chat("continue", headers: ["X-Parley-Conversation": one])
            let other = try await chat.chat("continue", headers: ["X-Parley-Conversation": two].merging(retry) { $1 })
            #expect(other.conversation == two)
            #expect(try await chat.texts(two).count == 2)
        }
    }

    @Test func aFailedAttemptIsTriedAgainWhateverAnOlderOneWasAnswered() async throws {
        try await ChatServer.with { chat in
            let id = try await chat.server.conversation()
            _ = try await chat.chat("again", in: id)
            chat.upstream.play { request, upstream in
                upstream.play(Echo.script)
                return .json(#"{"error":{"message":"no"}}"#, status: 400)
            }
            #expect(try await chat.chat("again", in: id).status == 400)
            let retried = try await chat.chat("again", in: id, headers: ["x-stainless-retry-count": "1"])
            #expect(retried.said == "echo(3): again")
        }
    }

    @Test func aClientThatChangesAnswersLeavesThePathWhereItDiffers() async throws {
        try await ChatServer.with { chat in
            let id = try await chat.server.conversation()
            _ = try await chat.chat("a", in: id)
            let list =
                #"[{"role":"user","content":"a"},{"role":"assistant","content":"changed"},{"role":"user","content":"b"}]"#
            #expect(try await chat.send(list, in: id).said == "echo(3): b")
            #expect(try await chat.texts(id) == ["a", "changed", "b", "echo(3): b"])
        }
    }

    @Test func aTurnThatIsNotStoredCanBeStoppedToo() async throws {
        try await ChatServer.with { chat in
            try await chat.server.connect { connection in
                let body = #"{"stream":true,"store":false,"messages":[{"role":"user","content":"!slow one two"}]}"#
                try await connection.request("POST", "/v1/chat/completions", [:], Array(body.utf8))
                let turn = try #require(try await connection.head().headers["x-parley-turn"])
                let stopped = try await chat.server.send("POST", "/v1/turns/\(turn)/cancel", [:], "{}")
                #expect(stopped.json["status"] == "cancelled")
            }
            await chat.upstream.until { $0.aborted == 1 }
        }
    }

    @Test func escapedNamesOfMembersAreRefused() async throws {
        try await ChatServer.with { chat in
            let refused = try await chat.chat("a", in: nil, #","mod\u0065l":"other""#)
            #expect(refused.status == 400)
        }
    }
}
