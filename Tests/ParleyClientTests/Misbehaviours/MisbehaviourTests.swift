import Parley
import ParleyClient
import ScriptedUpstream
import Testing

/// Every misbehaviour over a real connection, its bytes in pieces of every size.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct MisbehaviourTests {
    static let key = Secret("sk-canary-0123456789abcdef")

    static let all: [Misbehaviour] =
        Misbehaviour.splits + Misbehaviour.events + Misbehaviour.endings + Misbehaviour.bodies + Misbehaviour.refusals
        + Misbehaviour.connections + Misbehaviour.silences + Misbehaviour.contents

    /// What is not about one call and its bytes is tested elsewhere.
    static let elsewhere: [Int: String] = [
        23: "DeadlineTests.aTimedOutConnectionIsNotUsedAgain: half-open is silence without an end",
        28: "UpstreamHeaderTests, of the server: nothing of an upstream's headers goes on",
        32: "CancellationTests, and ChatFailureTests.aClientThatLeavesEndsTheUpstreamCall of the server",
    ]

    @Test(arguments: all, Events.sizes)
    func endsAsItMust(misbehaviour: Misbehaviour, size: Int) async throws {
        let script = ScriptedUpstream.inTurn(misbehaviour.replies(size))
        try await withUpstream(script, key: Self.key, options: misbehaviour.options) { upstream, server in
            for _ in 0..<misbehaviour.calls {
                let heard = await upstream.hear(.saying("hello", streamed: misbehaviour.streamed))
                check(heard, misbehaviour.expected)
            }
            if let requests = misbehaviour.expected.requests { #expect(server.counts.requests == requests) }
        }
    }

    private func check(_ heard: Heard, _ expected: Misbehaviour.Expected) {
        #expect(heard.error?.code == expected.code)
        #expect(expected.isCut ? expected.text.hasPrefix(heard.text) : heard.text == expected.text)
        #expect(heard.finish == expected.finish)
        if !expected.isCut { #expect(heard.failedAtOnce == expected.atOnce) }
        #expect(heard.usage == expected.usage)
        if let wait = expected.retryAfter { #expect(heard.error?.retryAfter == wait) }
        #expect(!heard.text.contains("\u{FFFD}"))
        #expect(!String(reflecting: heard.error).contains("canary"))
    }

    @Test func everyNumberIsInTheTable() {
        let numbers = Set(Self.all.map(\.number)).union(Self.elsewhere.keys)
        #expect(numbers == Set(1...32))
    }
}
