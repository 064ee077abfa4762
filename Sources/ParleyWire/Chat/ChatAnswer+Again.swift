package import Parley

// The choices of an answer that is given again.

extension ChatAnswer {
    /// As they were sent, or made from the items that are stored.
    package static func choices(_ turn: Turn, outputs: [Item]) -> [UInt8] {
        turn.choices ?? choices([AnswerSample(index: 0, contents: outputs.map(\.content), finish: turn.finish)])
    }

    /// The whole choices that the samples of a stream amount to.
    package static func choices(_ samples: [AnswerSample]) -> [UInt8] {
        JSON.array(samples.map(choice)).encoded
    }

    /// The same as the events of a stream: what each says, then why it ended.
    package static func chunkChoices(_ turn: Turn, outputs: [Item]) -> [[UInt8]] {
        let whole = (try? JSON(parsing: choices(turn, outputs: outputs)))?.array ?? []
        return whole.flatMap(events).map { JSON.array([$0]).encoded }
    }

    private static func choice(_ sample: AnswerSample) -> JSON {
        let text = sample.contents.first { $0.kind == .message }
        var object = JSON.Object([
            .init(name: "index", value: JSON(sample.index)), .init(name: "message", value: message(sample.contents)),
        ])
        if let logprobs = text?.parts.first?["logprobs"], logprobs.array?.isEmpty == false {
            object.append("logprobs", ["content": logprobs, "refusal": .null])
        }
        object.append("finish_reason", .string((sample.finish ?? .stop).rawValue))
        return .object(object)
    }

    private static func message(_ contents: [ItemContent]) -> JSON {
        let texts = contents.filter { $0.kind == .message }
        let calls = contents.filter { $0.kind == .functionCall }
        let text = texts.flatMap(\.parts).compactMap { $0["text"]?.string }.joined()
        var message = JSON.Object([
            .init(name: "role", value: "assistant"),
            .init(name: "content", value: texts.isEmpty && !calls.isEmpty ? .null : .string(text)),
        ])
        if let refusal = texts.flatMap(\.parts).compactMap({ $0["refusal"] }).first {
            message.append("refusal", refusal)
        }
        if !calls.isEmpty { message.append("tool_calls", .array(calls.map(ChatParts.toolCall))) }
        return .object(message)
    }

    /// A whole choice as two events.
    private static func events(_ choice: JSON) -> [JSON] {
        var delta = choice["message"]?.object ?? .init()
        if let calls = delta["tool_calls"]?.array {
            delta["tool_calls"] = .array(calls.enumerated().map(indexed))
        }
        let index = choice["index"] ?? 0
        let said: JSON = ["index": index, "delta": .object(delta), "finish_reason": .null]
        return [said, ["index": index, "delta": [:], "finish_reason": choice["finish_reason"] ?? "stop"]]
    }

    private static func indexed(_ index: Int, _ call: JSON) -> JSON {
        guard var object = call.object else { return call }
        object.append("index", JSON(index))
        return .object(object)
    }
}
