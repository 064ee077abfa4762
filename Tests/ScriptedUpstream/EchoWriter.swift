import Parley

/// Writes an answer in the form that a request asks for.
struct EchoWriter {
    private let request: ReceivedRequest
    private let answer: EchoAnswer
    private let isLegacy: Bool
    private let samples: Int

    init(request: ReceivedRequest, answer: EchoAnswer) {
        self.request = request
        self.answer = answer
        isLegacy = !request.path.hasSuffix("/chat/completions")
        samples = request.json["n"]?.int ?? 1
    }

    var whole: [UInt8] {
        let choices = (0..<samples).map { index -> JSON in
            isLegacy
                ? [
                    "index": JSON(index), "text": JSON(answer.content ?? ""), "logprobs": .null,
                    "finish_reason": JSON(answer.finish),
                ]
                : ["index": JSON(index), "message": message, "logprobs": .null, "finish_reason": JSON(answer.finish)]
        }
        return object(isLegacy ? "text_completion" : "chat.completion", choices, usage: usage).encoded
    }

    var events: [[UInt8]] {
        var events = (0..<samples).flatMap { sample in deltas.map { event([choice(sample, $0)]) } + [last(sample)] }
        if request.json["stream_options"]?["include_usage"]?.bool == true { events.append(event([], usage: usage)) }
        return events + [Array("data: [DONE]\n\n".utf8)]
    }

    private var message: JSON {
        var message: JSON.Object = JSON.Object()
        message["role"] = "assistant"
        message["content"] = JSON(answer.content)
        message["refusal"] = JSON(answer.refusal)
        if let reasoning = answer.reasoning { message["reasoning_content"] = .string(reasoning) }
        if !answer.calls.isEmpty {
            message["tool_calls"] = .array(answer.calls.map { call($0.id, $0.name, $0.arguments) })
        }
        return .object(message)
    }

    private var deltas: [JSON] {
        let words = EchoAnswer.words(answer.content ?? "")
        if isLegacy { return words.map(JSON.string) }
        var deltas: [JSON] = [["role": "assistant", "content": ""]]
        if let reasoning = answer.reasoning { deltas.append(["reasoning_content": .string(reasoning)]) }
        for (index, item) in answer.calls.enumerated() {
            deltas.append(["tool_calls": [indexed(index, call(item.id, item.name, ""))]])
            deltas += EchoAnswer.words(item.arguments).map {
                ["tool_calls": [["index": JSON(index), "function": ["arguments": .string($0)]]]]
            }
        }
        if let refusal = answer.refusal { deltas.append(["refusal": .string(refusal)]) }
        return deltas + words.map { ["content": .string($0)] }
    }

    private func choice(_ sample: Int, _ delta: JSON) -> JSON {
        isLegacy
            ? ["index": JSON(sample), "text": delta, "logprobs": .null, "finish_reason": .null]
            : ["index": JSON(sample), "delta": delta, "finish_reason": .null]
    }

    private func last(_ sample: Int) -> [UInt8] {
        let end: JSON = .string(answer.finish)
        return isLegacy
            ? event([["index": JSON(sample), "text": "", "logprobs": .null, "finish_reason": end]])
            : event([["index": JSON(sample), "delta": [:], "finish_reason": end]])
    }

    private func call(_ id: String, _ name: String, _ arguments: String) -> JSON {
        ["id": .string(id), "type": "function", "function": ["name": .string(name), "arguments": .string(arguments)]]
    }

    private func indexed(_ index: Int, _ call: JSON) -> JSON {
        guard var object = call.object else { return call }
        object["index"] = JSON(index)
        return .object(object)
    }

    private var usage: JSON {
        let completion = answer.completionTokens * samples
        return [
            "prompt_tokens": JSON(answer.promptTokens), "completion_tokens": JSON(completion),
            "total_tokens": JSON(answer.promptTokens + completion),
        ]
    }

    private func event(_ choices: [JSON], usage: JSON? = nil) -> [UInt8] {
        let kind = isLegacy ? "text_completion" : "chat.completion.chunk"
        return Array("data: ".utf8) + object(kind, choices, usage: usage).encoded + Array("\n\n".utf8)
    }

    private func object(_ kind: String, _ choices: [JSON], usage: JSON?) -> JSON {
        var object = JSON.Object()
        object["id"] = "chatcmpl-echo"
        object["object"] = .string(kind)
        object["created"] = 1_700_000_000
        object["model"] = request.json["model"] ?? "echo-1"
        object["choices"] = .array(choices)
        if let usage { object["usage"] = usage }
        object["system_fingerprint"] = "fp_echo"
        return .object(object)
    }
}
