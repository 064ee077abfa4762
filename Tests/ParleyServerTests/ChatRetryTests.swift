import ParleyServer
import ScriptedUpstream
import Testing

@testable import Parley

/// What becomes of a chat that is sent again.
@Suite(.timeLimit(.minutes(2)))
struct ChatRetryTests {
    @Test func anIdempotencyKeyIsAnsweredOnce() async throws {
        try await ChatServer.with { chat in
            let key = ["Idempotency-Key": "k1"]
            let first = try await chat.chat("a", headers: key)
            let again = try await chat.chat("a", headers: key)
            #expect(again.said == first.said && again.json["id"] == first.json["id"])
            #expect(again.conversation == first.conversation)
            let other = try await chat.chat("b", headers: key)
            #expect(other.status == 400)
            #expect(other.error.contains("idempotency_key_reused"))
            #expect(chat.upstream.received.count { $0.path.hasSuffix("/completions") } == 1)
        }
    }

    @Test func theSameKeyWhileItRunsJoinsTheFirst() async throws {
        try await ChatServer.with { chat in
            async let first = chat.chat("!delay a", headers: ["Idempotency-Key": "k"])
            await chat.upstream.until { $0.requests == 2 && $0.open == 1 }
            async let second = chat.chat("!delay a", headers: ["Idempotency-Key": "k"])
            chat.upstream.gate.open()
            let answers = try await [first, second]
            #expect(answers[0].json["id"] == answers[1].json["id"])
            #expect(chat.upstream.received.count { $0.path.hasSuffix("/completions") } == 1)
        }
    }

    @Test func aReplayedStreamIsAStream() async throws {
        try await ChatServer.with { chat in
            let key = ["Idempotency-Key": "k1"]
            let first = try await chat.chat("hello there", in: nil, #","stream":true"#, headers: key)
            let again = try await chat.chat("hello there", in: nil, #","stream":true"#, headers: key)
            #expect(again.said == first.said)
            #expect(again.events.last == "[DONE]")
        }
    }

    @Test func anSDKsRetryOfAFailedTurnMakesNoDuplicate() async throws {
        try await ChatServer.with { chat in
            let id = try await chat.server.conversation()
            let failed = try await chat.chat("!status=400 !times=1 b", in: id)
            #expect(failed.status == 400)
            let retried = try await chat.chat(
                "!status=400 !times=1 b",
                in: id,
                headers: ["x-stainless-retry-count": "1"]
            )
            #expect(retried.status == 200)
            #expect(try await chat.texts(id).count == 2)
            let turn = try await chat.lastTurn(id)
            #expect(turn?["input"]?.array?.count == 1)
        }
    }

    @Test func anSDKsRetryJoinsTheRunningTurnBesideAFullLane() async throws {
        try await ChatServer.with { chat in
            let id = try await chat.server.conversation()
            let first = Task { try await chat.chat("!delay a", in: id) }
            await chat.upstream.until { $0.requests == 2 && $0.open == 1 }
            let others = (0..<8).map { number in Task { try await chat.chat("q\(number)", in: id).status } }
            while chat.server.lanes.waiting(for: .init(id) ?? .random()) < 8 { await Task.yield() }
            let retry = Task { try await chat.chat("!delay a", in: id, headers: ["x-stainless-retry-count": "1"]) }
            let running = try #require(chat.server.turns.registry.all.first)
            while running.withShared({ $0.followers.isEmpty }) { await Task.yield() }
            chat.upstream.gate.open()
            let (answer, again) = (try await first.value, try await retry.value)
            #expect(answer.status == 200 && again.json["id"] == answer.json["id"])
            for other in others { #expect(try await other.value == 200) }
        }
    }
}
