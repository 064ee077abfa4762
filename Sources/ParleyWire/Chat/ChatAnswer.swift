package import Parley

/// Writes the objects of a chat answer: our id and time around the choices that the upstream wrote.
package struct ChatAnswer: Sendable {
    package let id: String
    package let created: Int
    package var model: String

    package init(id: String, created: Int, model: String) {
        self.id = id
        self.created = created
        self.model = model
    }

    /// One event of a stream.
    ///
    /// With `includesUsage` every chunk but the last carries `"usage":null`.
    package func chunk(_ choices: [UInt8], includesUsage: Bool, to stream: inout EventStreamEncoder) {
        stream.event { writer in
            head("chat.completion.chunk", to: &writer)
            writer.raw(onOneLine: choices)
            if includesUsage { writer.raw(",\"usage\":null") }
            writer.raw("}")
        }
    }

    /// The event after the last choice, for clients that asked for it.
    package func usageChunk(_ usage: Usage, to stream: inout EventStreamEncoder) {
        stream.event { writer in
            head("chat.completion.chunk", to: &writer)
            writer.raw("[],\"usage\":")
            writer.value(Self.usage(usage))
            writer.raw("}")
        }
    }

    /// The whole answer.
    package func object(_ choices: [UInt8], usage: Usage, fingerprint: String?, serviceTier: String?) -> [UInt8] {
        var writer = JSONWriter(capacity: choices.count + 512)
        head("chat.completion", to: &writer)
        writer.raw(Self.completed(choices))
        writer.raw(",\"usage\":")
        writer.value(Self.usage(usage))
        writer.raw(",\"service_tier\":")
        writer.value(JSON(serviceTier ?? "default"))
        writer.raw(",\"system_fingerprint\":")
        writer.value(JSON(fingerprint))
        writer.raw("}")
        return writer.bytes
    }

    private func head(_ object: StaticString, to writer: inout JSONWriter) {
        writer.raw("{\"id\":")
        writer.string(id)
        writer.raw(",\"object\":\"")
        writer.raw(object)
        writer.raw("\",\"created\":")
        writer.number(created)
        writer.raw(",\"model\":")
        writer.string(model)
        writer.raw(",\"choices\":")
    }

    /// The usage object with every detail that clients look for.
    package static func usage(_ usage: Usage) -> JSON {
        [
            "prompt_tokens": JSON(usage.inputTokens), "completion_tokens": JSON(usage.outputTokens),
            "total_tokens": JSON(usage.totalTokens),
            "prompt_tokens_details": ["cached_tokens": JSON(usage.cachedTokens), "audio_tokens": 0],
            "completion_tokens_details": [
                "reasoning_tokens": JSON(usage.reasoningTokens), "audio_tokens": 0, "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            ],
        ]
    }
}

extension ChatAnswer {
    /// Adds the keys that typed clients need and some upstreams leave out.
    static func completed(_ choices: [UInt8]) -> [UInt8] {
        guard let array = try? JSON(parsing: choices).array else { return choices }
        let complete = array.enumerated().map { index, choice -> JSON in
            guard var object = choice.object else { return choice }
            if object["index"] == nil { object["index"] = JSON(index) }
            if var message = object["message"]?.object {
                if message["role"] == nil { message["role"] = "assistant" }
                for name in ["content", "refusal"] where message[name] == nil { message[name] = .null }
                if message["annotations"] == nil { message["annotations"] = [] }
                object["message"] = .object(message)
            }
            if object["logprobs"] == nil { object["logprobs"] = .null }
            if object["finish_reason"] == nil || object["finish_reason"] == .null { object["finish_reason"] = "stop" }
            return .object(object)
        }
        return JSON.array(complete).encoded
    }

    /// The choices of an answer that is given again, made from what is stored.
    package static func choices(_ turn: Turn, outputs: [Item]) -> [UInt8] {
        if let choices = turn.choices { return choices }
        return JSON.array([choice("message", outputs, turn.finish)]).encoded
    }

    /// The same as the events of a stream: what was said, then why it ended.
    package static func chunkChoices(_ turn: Turn, outputs: [Item]) -> [[UInt8]] {
        [choice("delta", outputs, nil), choice("delta", [], turn.finish ?? .stop)].map { JSON.array([$0]).encoded }
    }

    private static func choice(_ name: String, _ outputs: [Item], _ finish: FinishReason?) -> JSON {
        var message = JSON.Object()
        let texts = outputs.filter { $0.content.kind == .message }
        let calls = outputs.filter { $0.content.kind == .functionCall }
        if name == "message" || !outputs.isEmpty {
            message.append("role", "assistant")
            let text = texts.flatMap(\.content.parts).compactMap { $0["text"]?.string }.joined()
            message.append("content", texts.isEmpty && !calls.isEmpty ? .null : .string(text))
        }
        if let refusal = texts.flatMap(\.content.parts).compactMap({ $0["refusal"] }).first {
            message.append("refusal", refusal)
        }
        if !calls.isEmpty {
            let list = calls.enumerated().map { index, call -> JSON in
                guard case .object(var object) = ChatParts.toolCall(call.content), name == "delta" else {
                    return ChatParts.toolCall(call.content)
                }
                object.append("index", JSON(index))
                return .object(object)
            }
            message.append("tool_calls", .array(list))
        }
        let reason = finish.map { JSON.string($0.rawValue) } ?? (name == "message" ? "stop" : .null)
        return .object(
            .init([
                .init(name: "index", value: 0), .init(name: name, value: .object(message)),
                .init(name: "finish_reason", value: reason),
            ])
        )
    }
}
