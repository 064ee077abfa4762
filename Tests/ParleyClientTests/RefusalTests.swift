import Parley
import ParleyClient
import ScriptedUpstream
import Testing

/// Statuses other than 200.
@Suite(.timeLimit(.minutes(1)))
struct RefusalTests {
    static let secret = "sk-verysecret0123456789"

    static func error(_ message: String, code: String = "null", type: String = "invalid_request_error") -> String {
        #"{"error":{"message":"\#(message)","type":"\#(type)","param":null,"code":\#(code)}}"#
    }

    @Test(
        arguments: [
            (400, ParleyError.Code.upstreamRejected), (401, .upstreamAuthentication), (402, .upstreamFailed),
            (403, .upstreamAuthentication), (404, .modelNotFound), (408, .upstreamTimeout), (409, .upstreamFailed),
            (413, .upstreamRejected), (418, .upstreamRejected), (422, .upstreamRejected), (429, .upstreamRateLimited),
            (500, .upstreamFailed), (502, .upstreamFailed), (503, .upstreamFailed), (529, .upstreamFailed),
        ],
        [true, false]
    )
    func aStatusIsMapped(expected: (status: Int, code: ParleyError.Code), streamed: Bool) async throws {
        let body = Self.error("the model says no; Bearer abc.def \(Self.secret)")
        let heard = try await hear(
            .json(body, status: expected.status),
            streamed: streamed,
            key: Secret(Self.secret)
        )
        #expect(heard.error?.code == expected.code)
        #expect(heard.failedAtOnce)
        #expect(!String(reflecting: heard.error).contains(Self.secret))
        #expect(!String(reflecting: heard.error).contains("abc.def"))
    }

    @Test(arguments: [
        error("This model's maximum context length is 8192 tokens", code: #""context_length_exceeded""#),
        error("the request exceeds the available context size", type: "exceed_context_size_error"),
        #"{"object":"error","message":"maximum context length is 10","type":"BadRequestError","code":400}"#,
        #"{"error":"prompt is too long: 300000 tokens"}"#,
    ])
    func aFullContextIsToldApart(body: String) async throws {
        let heard = try await hear(.json(body, status: 400))
        #expect(heard.error?.code == .contextLengthExceeded)
        #expect(heard.error?.message.contains("context_length_exceeded") == true)
    }

    @Test func theWordsOfARejectionAreShortAndClean() async throws {
        let words = "no key=hunter2hunter2 prl_0123456789_abc \u{1B}[31m" + String(repeating: "é", count: 2000)
        let escaped = words.replacing("\u{1B}", with: "\\u001b")
        let message = try #require(try await hear(.json(Self.error(escaped), status: 400)).error?.message)
        #expect(message.utf8.count < 600)
        #expect(!message.contains("hunter2") && !message.contains("prl_") && !message.contains("\u{1B}"))
    }

    @Test(arguments: [
        ("Retry-After: 7", Duration.seconds(7)), ("Retry-After: 2.5", .milliseconds(2500)),
        ("Retry-After: 1e9", .seconds(120)),
        ("retry-after-ms: 3000", .seconds(3)), ("Retry-After: Fri, 31 Dec 9999 23:59:59 GMT", .seconds(120)),
    ])
    func whatTheUpstreamAsksForIsPassedOnWithoutWaiting(header: String, expected: Duration) async throws {
        let reply = Reply.json(Self.error("slow down"), status: 429, headers: [header])
        try await withUpstream(ScriptedUpstream.always(reply)) { upstream, server in
            let heard = await upstream.hear(.saying("hello"))
            #expect(heard.error?.code == .upstreamRateLimited)
            #expect(heard.error?.retryAfter == expected)
            #expect(server.counts.requests == 1)
        }
    }

    @Test(arguments: [
        "Retry-After: 0", "Retry-After: -1", "Retry-After: soon", "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT",
    ])
    func adviceThatIsNoneLeavesOurOwnPause(header: String) async throws {
        let reply = Reply.json(Self.error("slow down"), status: 429, headers: [header])
        try await withUpstream(ScriptedUpstream.inTurn([reply, .json(Events.whole())])) { upstream, server in
            #expect(await upstream.hear(.saying("hello", streamed: false)).text == Events.text)
            #expect(server.counts.requests == 2)
        }
    }

    @Test(arguments: [500, 502, 503, 529, 408, 409, 429], [1, 2])
    func aPassingFailureIsTriedAgain(status: Int, times: Int) async throws {
        let bad = Reply.json(Self.error("later"), status: status)
        let replies = [Reply](repeating: bad, count: times) + [.stream(Events.stream(Events.good))]
        try await withUpstream(ScriptedUpstream.inTurn(replies)) { upstream, server in
            #expect(await upstream.hear(.saying("hello")).text == Events.text)
            #expect(server.counts.requests == times + 1)
        }
    }

    @Test func thereAreNoMoreThanTwoRetries() async throws {
        try await withUpstream(ScriptedUpstream.always(.json(Self.error("x"), status: 500))) { upstream, server in
            _ = await upstream.hear(.saying("hello"))
            #expect(server.counts.requests == 3)
        }
    }

    @Test func steadyFailureIsHardlyRetried() async throws {
        try await withUpstream(ScriptedUpstream.always(.json(Self.error("x"), status: 503))) { upstream, server in
            for _ in 0..<100 { _ = await upstream.hear(.saying("hello", streamed: false)) }
            #expect(server.counts.requests <= 110)
        }
    }

    @Test(arguments: [400, 401, 404, 422])
    func aRefusalIsNotTriedAgain(status: Int) async throws {
        try await withUpstream(ScriptedUpstream.always(.json(Self.error("x"), status: status))) { upstream, server in
            _ = await upstream.hear(.saying("hello"))
            #expect(server.counts.requests == 1)
        }
    }

    @Test func aSpentQuotaIsNotTriedAgain() async throws {
        let body = Self.error("pay", code: #""insufficient_quota""#)
        try await withUpstream(ScriptedUpstream.always(.json(body, status: 429))) { upstream, server in
            #expect(await upstream.hear(.saying("hello")).error?.code == .upstreamRateLimited)
            #expect(server.counts.requests == 1)
        }
    }

    @Test(arguments: [
        Reply.json(error("no such route"), status: 404), .whole("Not Found".utf8, status: 404),
        .whole("".utf8, status: 405),
    ])
    func anUpstreamWithoutLegacyCompletionsSaysSo(reply: Reply) async throws {
        #expect(try await hear(reply, operation: .completions).error?.code == .unknownURL)
    }

    @Test func aHugeRefusalIsReadOnlyInPart() async throws {
        let reply = Reply.whole([UInt8](repeating: 0x20, count: 1 << 20), status: 400)
        #expect(try await hear(reply).error?.code == .upstreamRejected)
    }
}
