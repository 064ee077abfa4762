import Parley
import ParleyClient
import ScriptedUpstream
import Testing

/// Streams that are broken: what was said before is kept, and the error says what happened.
@Suite(.timeLimit(.minutes(1)))
struct BadStreamTests {
    @Test(arguments: [Reply.Step.close, .reset])
    func aBrokenConnectionIsIncomplete(step: Reply.Step) async throws {
        let heard = try await hear(.stream(Events.begun, then: [.hang]).ending(step))
        #expect(heard.error?.code == .upstreamIncomplete)
    }

    @Test func aConnectionThatBreaksAfterTheFinishLacksNothing() async throws {
        let heard = try await hear(.stream(Events.stream(Array(Events.good.dropLast())), then: [.close]))
        #expect(heard.error == nil)
        #expect(heard.text == Events.text)
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
}

extension Reply {
    fileprivate func ending(_ step: Step) -> Reply {
        Reply(steps.dropLast() + [step])
    }
}
