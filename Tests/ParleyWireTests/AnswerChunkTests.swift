import Parley
import ParleyWire
import Testing

struct AnswerChunkTests {
    private func chunk(_ json: String) throws -> AnswerChunk {
        try AnswerChunk(parsing: Array(json.utf8))
    }

    private func delta(_ choice: String) throws -> AnswerDelta? {
        try chunk(#"{"choices":[\#(choice)]}"#).deltas.first
    }

    @Test func aChunkIsReadAndItsChoicesKeptAsTheyCame() throws {
        let choices =
            #"[ {"index":0,"delta":{"content":"你\n\u00e9"},"logprobs":null,"finish_reason":null,"x":{"y":[1]}} ]"#
        let chunk = try chunk(
            #"{"id":"c","model":"m","system_fingerprint":"fp","service_tier":"flex","choices":\#(choices),"usage":null}"#
        )
        #expect(chunk.choices == Array(choices.utf8))
        #expect(chunk.deltas == [AnswerDelta(content: "你\né")])
        #expect(chunk.model == "m" && chunk.systemFingerprint == "fp" && chunk.serviceTier == "flex")
        #expect(chunk.usage == nil)
    }

    @Test(arguments: [
        (
            #"{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"}"#,
            AnswerDelta(content: "a", finish: .stop)
        ),
        (
            #"{"text":"a","index":3,"logprobs":null,"finish_reason":"length"}"#,
            AnswerDelta(index: 3, content: "a", finish: .length)
        ),
        (#"{"delta":{"reasoning_content":"r","refusal":"no"}}"#, AnswerDelta(reasoning: "r", refusal: "no")),
        (#"{"delta":{"reasoning":"r"},"finish_reason":""}"#, AnswerDelta(reasoning: "r")),
        (#"{"delta":{"content":[{"type":"text","text":"a"},{"text":"b"},{}]}}"#, AnswerDelta(content: "ab")),
        (#"{"delta":null,"finish_reason":"tool_calls"}"#, AnswerDelta(finish: .toolCalls)),
        (#"{"finish_reason":"eos_token"}"#, AnswerDelta(finish: .stop)), (#"{"index":"7","delta":{}}"#, AnswerDelta()),
        (#"{"delta":{"content":"a"},"delta":{"content":"b"}}"#, AnswerDelta(content: "b")),
        (#"{"delta":{"content":7,"refusal":{}}}"#, AnswerDelta()),
        (#"{"delta":{"content":"\ud83d\ude00 \ud800 \"\\\/"}}"#, AnswerDelta(content: "😀 \u{FFFD} \"\\/")),
    ])
    func choicesAreReadInAllTheirShapes(choice: String, expected: AnswerDelta) throws {
        #expect(try delta(choice) == expected)
    }

    @Test(arguments: [
        (
            #"[{"index":1,"id":"b","type":"function","function":{"name":"f","arguments":"{\"a"}}]"#,
            [ToolCallDelta(index: 1, id: "b", name: "f", arguments: #"{"a"#)]
        ),
        (
            #"[{"function":{"arguments":"x"}},{"function":{"arguments":{"a": 1}}}]"#,
            [ToolCallDelta(index: 0, arguments: "x"), ToolCallDelta(index: 1, arguments: #"{"a": 1}"#)]
        ),
        (#"[{"index":-1,"id":"a"},{"index":65536},{"index":9,"function":null}]"#, [ToolCallDelta(index: 9)]),
    ])
    func toolCallsAreReadInAllTheirShapes(calls: String, expected: [ToolCallDelta]) throws {
        #expect(try delta(#"{"delta":{"tool_calls":\#(calls)}}"#)?.toolCalls == expected)
    }

    @Test func theCallOfOldIsACall() throws {
        let delta = try delta(
            #"{"message":{"content":null,"function_call":{"name":"f","arguments":"{}"}},"finish_reason":"function_call"}"#
        )
        #expect(delta?.toolCalls == [ToolCallDelta(index: 0, name: "f", arguments: "{}")])
        #expect(delta?.finish == .functionCall)
    }

    @Test(arguments: ["-1", "65536", "9223372036854775807", "99999999999999999999", "1e30"])
    func anIndexOutOfReasonIsLeftOut(index: String) throws {
        let found = try delta(#"{"index":\#(index),"delta":{"content":"x"}}"#)
        #expect(found == nil || found?.index == 0)
    }

    @Test(arguments: [
        (#"{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}"#, Usage(inputTokens: 5, outputTokens: 2)),
        (#"{"prompt_tokens":5,"total_tokens":7}"#, Usage(inputTokens: 5, outputTokens: 2)),
        (#"{"prompt_tokens":5.0,"completion_tokens":2e0}"#, Usage(inputTokens: 5, outputTokens: 2)),
        (
            #"{"prompt_tokens":5,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":9},"completion_tokens_details":{"reasoning_tokens":-1}}"#,
            Usage(inputTokens: 5, outputTokens: 2, cachedTokens: 5)
        ),
        (
            #"{"prompt_tokens":5,"completion_tokens":2,"prompt_tokens_details":null,"completion_tokens_details":[]}"#,
            Usage(inputTokens: 5, outputTokens: 2)
        ),
    ])
    func usageIsRead(usage: String, expected: Usage) throws {
        #expect(try chunk(#"{"choices":[],"usage":\#(usage)}"#).usage == expected)
    }

    @Test(arguments: [
        #"{"prompt_tokens":-5,"completion_tokens":2}"#, #"{"prompt_tokens":9223372036854775808,"completion_tokens":2}"#,
        #"{"prompt_tokens":1,"completion_tokens":1000000001}"#, #"{"prompt_tokens":NaN,"completion_tokens":-Infinity}"#,
        #"{"prompt_tokens":"5","completion_tokens":2}"#, "{}", "[]", "7", "null", #"{"total_tokens":7}"#,
    ])
    func impossibleUsageIsNone(usage: String) throws {
        #expect(try chunk(#"{"choices":[],"usage":\#(usage)}"#).usage == nil)
    }

    @Test func numbersThatAreNoneBecomeNullOutsideOfStrings() throws {
        let chunk = try chunk(#"{"choices":[{"delta":{"content":"NaN \"-Infinity"},"logprobs":[-Infinity,NaN,-1]}]}"#)
        #expect(chunk.deltas.first?.content == #"NaN "-Infinity"#)
        #expect(String(decoding: chunk.choices, as: UTF8.self).contains("[null,null,-1]"))
    }

    @Test(arguments: ["", "[]", "7", "{", #"{"a":}"#, "{\"a\":\"\u{0}\"}", #"{"choices":[}"#, #"{"a":1}x"#])
    func whatIsNoObjectIsABadResponse(json: String) {
        #expect { try chunk(json) } throws: { ParleyError($0).code == .upstreamBadResponse }
    }

    @Test func invalidUTF8IsABadResponse() {
        let bytes = Array(#"{"choices":[{"delta":{"content":""#.utf8) + [0xC3, 0x28] + Array(#""}}]}"#.utf8)
        #expect(throws: ParleyError.self) { try AnswerChunk(parsing: bytes) }
    }

    @Test(arguments: [#""error":null,"#, #""error":false,"#, #""error":"","#, #""error":{},"#, #""error":0,"#])
    func anErrorThatIsNoneIsIgnored(member: String) throws {
        #expect(try chunk(#"{\#(member)"choices":[{"delta":{"content":"x"}}]}"#).deltas.count == 1)
    }

    /// Whatever is cut off or changed in a good chunk, reading ends in a chunk or an error.
    @Test func damageNeverTraps() {
        let good = Array(
            #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"name":"f"}}],"content":"\u4f60"}}],"usage":{"prompt_tokens":1}}"#
                .utf8
        )
        var random = SystemRandomNumberGenerator()
        let marks = Array(#"{}[]",:\n0-eNu"#.utf8)
        for index in good.indices {
            _ = try? AnswerChunk(parsing: Array(good[..<index]))
            for _ in 0..<20 {
                var bytes = good
                bytes[index] = marks.randomElement(using: &random) ?? 0
                bytes[Int.random(in: good.indices)] = marks.randomElement(using: &random) ?? 0
                _ = try? AnswerChunk(parsing: bytes)
            }
        }
    }
}
