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

    @Test func steadyFailureIsHardlyRetried() async throws {
        try await withUpstream(ScriptedUpstream.always(.json(Self.error("x"), status: 503))) { upstream, server in
            for _ in 0..<100 { _ = await upstream.hear(.saying("hello", streamed: false)) }
            #expect(server.counts.requests <= 110)
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
