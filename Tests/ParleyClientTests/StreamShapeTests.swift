import Parley
import ScriptedUpstream
import Testing

/// Streams that are odd but good.
@Suite(.timeLimit(.minutes(1)))
struct StreamShapeTests {
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
}
