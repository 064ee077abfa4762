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
}
