import Parley
import ParleyWire
import Testing

/// The objects of answers have what typed clients need.
struct ChatAnswerTests {
    private let answer = ChatAnswer(id: "chatcmpl-1", created: 5, model: "m\"x")

    private func events(_ write: (inout EventStreamEncoder) -> Void) throws -> [JSON] {
        var stream = EventStreamEncoder()
        write(&stream)
        let text = String(decoding: stream.bytes, as: UTF8.self)
        return try text.split(separator: "\n\n").map { try JSON(parsing: String($0.dropFirst(6))) }
    }

    @Test func missingKeysAreAdded() throws {
        let object = try JSON(
            parsing: answer.object(
                Array(#"[{"message":{"content":"hi"}}]"#.utf8),
                usage: Usage(inputTokens: 1, outputTokens: 2),
                fingerprint: nil,
                serviceTier: nil
            )
        )
        let choice = try #require(object["choices"]?.array?.first?.object)
        #expect(choice["index"] == 0 && choice["logprobs"] == .null && choice["finish_reason"] == "stop")
        #expect(choice["message"]?.object?["refusal"] == .null && choice["message"]?["role"] == "assistant")
        #expect(object["usage"]?["total_tokens"] == 3)
        #expect(object["model"] == "m\"x")
    }

    @Test func everyChunkCarriesNullUsageWhenUsageWasAskedFor() throws {
        let choices = Array(#"[{"index":0,"delta":{"content":"你"}}]"#.utf8)
        let asked = try events { answer.chunk(choices, includesUsage: true, to: &$0) }
        #expect(asked.first?.object?["usage"] == .null)
        let plain = try events { answer.chunk(choices, includesUsage: false, to: &$0) }
        #expect(plain.first?.object?["usage"] == nil)
        #expect(plain.first?["object"] == "chat.completion.chunk" && plain.first?["id"] == "chatcmpl-1")
    }

    @Test func aChatChoiceReadsAsText() throws {
        let completion = CompletionAnswer(id: "cmpl-1", created: 5, model: "m")
        let choices = Array(
            #"[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"length"}]"#.utf8
        )
        let object = try JSON(
            parsing: #require(completion.object(choices, usage: Usage(inputTokens: 1, outputTokens: 1)))
        )
        let choice = try #require(object["choices"]?.array?.first)
        #expect(choice["text"] == "hi" && choice["finish_reason"] == "length")
        #expect(choice["message"]?["content"] == "hi")
        #expect(choice.object?["logprobs"] == .null)
    }

    @Test func aStreamOfTextLeavesOutWhatHasNone() throws {
        let completion = CompletionAnswer(id: "cmpl-1", created: 5, model: "m")
        let role = Array(#"[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]"#.utf8)
        #expect(completion.object(role, usage: nil) == nil)
    }
}
