import Parley
import ScriptedUpstream
import Testing

/// Streams that are odd but good.
@Suite(.timeLimit(.minutes(1)))
struct StreamShapeTests {
    @Test(arguments: Events.sizes)
    func textIsTheSameInPiecesOfAnySize(size: Int) async throws {
        let heard = try await hear(.stream(Events.stream(Events.good), size: size))
        #expect(heard.error == nil)
        #expect(heard.text == Events.text)
        #expect(heard.finish == .stop)
    }

    @Test(arguments: Events.sizes, ["\n", "\r\n", "\r"])
    func anyLineEndWillDo(size: Int, end: String) async throws {
        let heard = try await hear(.stream(Events.stream(Events.good, end: end), size: size))
        #expect(heard.error == nil)
        #expect(heard.text == Events.text)
    }

    @Test(arguments: Events.sizes)
    func everythingThatTheStandardAllowsIsRead(size: Int) async throws {
        let half = Events.chunk(#"{"content":"a"}"#).split(separator: ",", maxSplits: 1)
        let stream =
            "\u{FEFF}: hello\n\nid: 1\nretry: 5\nunknown: x\ndata:\(Events.role)\n\n"
            + "data: \(half[0]),\r\ndata:\(half[1])\r\n\r\n: ping\r\rdata\n\ndata: \(Events.stop)\n\ndata: [DONE]\n\n"
        let heard = try await hear(.stream(stream.utf8, size: size))
        #expect(heard.error == nil)
        #expect(heard.text == "a")
        #expect(heard.chunks.count == 3)
    }

    @Test(arguments: Events.sizes)
    func aFinishReasonIsEnough(size: Int) async throws {
        let heard = try await hear(.stream(Events.stream(Events.good.dropLast()), size: size))
        #expect(heard.error == nil)
        #expect(heard.text == Events.text)
    }

    @Test(arguments: Events.sizes)
    func theMarkOfTheEndIsEnough(size: Int) async throws {
        let heard = try await hear(.stream(Events.stream([Events.role] + Events.contents + ["[DONE]"]), size: size))
        #expect(heard.error == nil)
        #expect(heard.text == Events.text)
        #expect(heard.finish == nil)
    }

    @Test(arguments: Events.sizes)
    func usageAfterTheFinishCountsAndWhatFollowsTheEndDoesNot(size: Int) async throws {
        let late = Events.chunk(#"{"content":"late"}"#)
        let events = Events.good.dropLast() + [Events.usage, "[DONE]", late, "[DONE]"]
        let heard = try await hear(.stream(Events.stream(Array(events)), size: size))
        #expect(heard.error == nil)
        #expect(heard.text == Events.text)
        #expect(heard.usage == Usage(inputTokens: 3, outputTokens: 2))
    }

    @Test(arguments: Events.sizes)
    func aLastEventWithoutABlankLineCounts(size: Int) async throws {
        let stream = Events.stream(Array(Events.good.dropLast(2))) + Array("data: \(Events.stop)".utf8)
        let heard = try await hear(.stream(stream, size: size))
        #expect(heard.error == nil)
        #expect(heard.finish == .stop)
    }

    @Test(arguments: ["text/plain", "text/event-stream; charset=latin1", "application/octet-stream"], [true, false])
    func theContentTypeDoesNotMatter(type: String, streamed: Bool) async throws {
        let stream = Reply.stream(Events.stream(Events.good), type: type)
        let heard = try await hear(streamed ? stream : .whole(Events.whole().utf8, type: type), streamed: streamed)
        #expect(heard.error == nil)
        #expect(heard.text == Events.text)
    }

    @Test(arguments: [
        Events.chunk(#"{"content":"x"}"#), Events.chunk("null"), #"{"choices":[]}"#, #"{"choices":null,"usage":null}"#,
        Events.chunk(#"{"content":"other"}"#, index: 1), Events.chunk(#"{"content":null,"role":null}"#),
        Events.chunk(#"{"content":[{"type":"text","text":"x"}]}"#),
        #"{"choices":[{"delta":{"content":"x"}}],"error":null}"#,
        #"{"choices":[{"index":"0","delta":{"content":"x"}}]}"#,
    ])
    func whatServersLeaveOutIsTolerated(event: String) async throws {
        let heard = try await hear(.stream(Events.stream([event, Events.stop, "[DONE]"])))
        #expect(heard.error == nil)
        #expect(heard.text == (event.contains(#""x""#) ? "x" : ""))
    }

    @Test func toolCallsComeInAnyOrder() async throws {
        let events = [
            #"{"tool_calls":[{"index":1,"id":"b","function":{"name":"g"}}]}"#,
            #"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{"}}]}"#,
            #"{"tool_calls":[{"index":1,"function":{"arguments":"2"}},{"index":0,"function":{"arguments":"}"}}]}"#,
        ]
        let heard = try await hear(.stream(Events.stream(events.map { Events.chunk($0) } + [Events.stop])))
        #expect(heard.error == nil)
        #expect(heard.deltas.flatMap(\.toolCalls).map(\.index) == [1, 0, 1, 0])
        #expect(heard.deltas.flatMap(\.toolCalls).compactMap(\.id) == ["b", "a"])
    }

    @Test(
        arguments: [
            #"{"prompt_tokens":-1,"completion_tokens":2}"#,
            #"{"prompt_tokens":9223372036854775808,"completion_tokens":2}"#,
            #"{"prompt_tokens":NaN,"completion_tokens":2}"#, #"{"prompt_tokens":1e400,"completion_tokens":2}"#, "{}",
            "7", "[]",
        ],
        [true, false]
    )
    func impossibleUsageIsNone(usage: String, streamed: Bool) async throws {
        let stream = Reply.stream(
            Events.stream(Events.good.dropLast() + [#"{"choices":[],"usage":\#(usage)}"#, "[DONE]"])
        )
        let heard = try await hear(streamed ? stream : .json(Events.whole(usage: usage)), streamed: streamed)
        #expect(heard.error == nil)
        #expect(heard.text == Events.text)
        #expect(heard.usage == nil)
    }
}
