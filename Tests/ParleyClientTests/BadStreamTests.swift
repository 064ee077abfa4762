import Parley
import ParleyClient
import ScriptedUpstream
import Testing

/// Streams that are broken: what was said before is kept, and the error says what happened.
@Suite(.timeLimit(.minutes(1)))
struct BadStreamTests {
    static let begun = Events.stream([Events.role] + Events.contents)

    @Test(arguments: Events.sizes)
    func anEndWithoutAFinishIsIncomplete(size: Int) async throws {
        let heard = try await hear(.stream(Self.begun, size: size))
        #expect(heard.error?.code == .upstreamIncomplete)
        #expect(heard.text == Events.text)
    }

    @Test(arguments: Events.sizes)
    func anEventCutOffIsIncomplete(size: Int) async throws {
        let heard = try await hear(.stream(Self.begun + Array(#"data: {"choices":[{"de"#.utf8), size: size))
        #expect(heard.error?.code == .upstreamIncomplete)
        #expect(heard.text == Events.text)
    }

    @Test(arguments: [Reply.Step.close, .reset])
    func aBrokenConnectionIsIncomplete(step: Reply.Step) async throws {
        let heard = try await hear(.stream(Self.begun, then: [.hang]).ending(step))
        #expect(heard.error?.code == .upstreamIncomplete)
    }

    @Test func aConnectionThatBreaksAfterTheFinishLacksNothing() async throws {
        let heard = try await hear(.stream(Events.stream(Array(Events.good.dropLast())), then: [.close]))
        #expect(heard.error == nil)
        #expect(heard.text == Events.text)
    }

    @Test func oneSampleThatNeverFinishesIsIncomplete() async throws {
        let events = [Events.chunk(#"{"content":"b"}"#, index: 1), Events.chunk(#"{"content":"a"}"#), Events.stop]
        let heard = try await hear(.stream(Events.stream(events)))
        #expect(heard.error?.code == .upstreamIncomplete)
    }

    @Test(
        arguments: [
            #"{"choices":[}"#, "{\"choices\":\"\u{0}\"}", "nonsense", "[]", #"{"a":"#,
            #"{"choices":"# + String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000) + "}",
        ],
        Events.sizes
    )
    func anEventThatIsNotJSONEndsTheAnswer(event: String, size: Int) async throws {
        let heard = try await hear(.stream(Self.begun + Events.stream([event, Events.stop]), size: size))
        #expect(heard.error?.code == .upstreamBadResponse)
        #expect(heard.text == Events.text)
    }

    @Test func invalidUTF8EndsTheAnswer() async throws {
        let event = Array(#"data: {"choices":[{"delta":{"content":""#.utf8) + [0xE4, 0xBD] + Array("\"}}]}\n\n".utf8)
        let heard = try await hear(.stream(Self.begun + event))
        #expect(heard.error?.code == .upstreamBadResponse)
    }

    @Test(arguments: [
        #"{"choices":[{"index":0,"delta":{"content":"\ud83d"}}]}"#, #"{"choices":[],"choices":[]}"#,
        #"{"choices":[{"index":1e400,"delta":{"content":"x"}}]}"#, #"{"choices":[{"index":-5,"delta":{}}]}"#,
        #"{"choices":[{"index":99999999999999999999,"delta":{"tool_calls":[{"index":-1}]}}]}"#,
        #"{"choices":[{"delta":{"tool_calls":[{"index":9223372036854775807}]}}]}"#, #"{"choices":[1,"x",null,{}]}"#,
    ])
    func oddJSONDoesNotTrap(event: String) async throws {
        let heard = try await hear(.stream(Events.stream([event] + Events.good)))
        #expect(heard.error == nil)
        #expect(heard.text.hasSuffix(Events.text))
    }

    @Test(arguments: Events.sizes)
    func anErrorWithinTheStreamIsMappedAndTheTextKept(size: Int) async throws {
        let error = #"{"error":{"message":"slow down sk-abcdefghijkl","type":"rate_limit_error","code":429}}"#
        let heard = try await hear(.stream(Self.begun + Events.stream([error]), size: size))
        #expect(heard.error?.code == .upstreamRateLimited)
        #expect(heard.text == Events.text)
        #expect(!String(reflecting: heard.error).contains("sk-abc"))
    }

    @Test(arguments: [
        (
            "data: {\"error\":{\"message\":\"no\",\"code\":\"context_length_exceeded\"}}\n\n",
            ParleyError.Code.contextLengthExceeded
        ),
        ("data: {\"error\":\"broken\"}\n\n", .upstreamFailed),
        ("event: error\ndata: {\"message\":\"overloaded\",\"type\":\"overloaded_error\"}\n\n", .upstreamFailed),
        (
            "data: {\"object\":\"error\",\"message\":\"bad\",\"type\":\"BadRequestError\",\"code\":400}\n\n",
            .upstreamRejected
        ),
        ("data: {\"error\":{\"code\":401,\"message\":\"key\"}}\n\n", .upstreamAuthentication),
    ])
    func anErrorAsTheFirstEventIsAPlainFailure(stream: String, code: ParleyError.Code) async throws {
        let heard = try await hear(.stream(stream.utf8))
        #expect(heard.error?.code == code)
        #expect(heard.failedAtOnce)
    }

    @Test func anEventWithoutEndIsTooLarge() async throws {
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        let heard = try await hear(.stream(Self.begun + Array("data: ".utf8) + line, then: [.hang]))
        #expect(heard.error?.code == .upstreamEventTooLarge)
        #expect(heard.text == Events.text)
    }

    @Test func anEventOfManyLinesIsTooLarge() async throws {
        let line = Array("data: ".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 19) + [UInt8(ascii: "\n")]
        let heard = try await hear(
            .stream(Self.begun + Array([[UInt8]](repeating: line, count: 9).joined()), then: [.hang])
        )
        #expect(heard.error?.code == .upstreamEventTooLarge)
    }

    @Test func hugeHeadersAreNoAnswer() async throws {
        let reply = Reply.raw("HTTP/1.1 200 OK\r\nx: " + String(repeating: "x", count: 1 << 20) + "\r\n\r\n")
        let heard = try await hear(reply)
        #expect(heard.error?.code == .upstreamBadResponse)
    }

    @Test(arguments: [true, false])
    func anAnswerOverTheLimitIsCutOff(streamed: Bool) async throws {
        var options = UpstreamOptions.quick
        options.limits.answer = 100_000
        let content = Events.chunk(#"{"content":"\#(String(repeating: "x", count: 1000))"}"#)
        let stream = Reply.stream(Events.stream([String](repeating: content, count: 200)), then: [.hang])
        let whole = Reply.json(Events.whole(String(repeating: "x", count: 200_000)))
        let heard = try await hear(streamed ? stream : whole, streamed: streamed, options: options)
        #expect(heard.error?.code == (streamed ? .upstreamIncomplete : .upstreamEventTooLarge))
    }
}

extension Reply {
    fileprivate func ending(_ step: Step) -> Reply {
        Reply(steps.dropLast() + [step])
    }
}
