package import Parley

extension ResponseRequest {
    /// The body of the chat request that stands for this one upstream.
    package func chat(model: String, context: Context) -> [UInt8] {
        var writer = JSONWriter(capacity: 4096)
        writer.raw("{\"model\":")
        writer.string(model)
        writer.raw(",\"messages\":")
        ChatMessages.write(context.instructions + context.items, to: &writer)
        for member in parameters(for: model) {
            writer.raw(",")
            writer.string(member.name)
            writer.raw(":")
            writer.value(member.value)
        }
        if streamsUpstream { writer.raw(",\"stream\":true,\"stream_options\":{\"include_usage\":true}") }
        writer.raw("}")
        return writer.bytes
    }

    private func parameters(for model: String) -> [JSON.Object.Member] {
        var result = tools.chat + format.chat
        if let maximumOutput {
            result.append(.init(name: Self.outputLimit(of: model), value: JSON(maximumOutput)))
        }
        for name in Self.sharedNames { if let value = members[name] { result.append(.init(name: name, value: value)) } }
        if !tools.isEmpty, let parallel = members["parallel_tool_calls"] {
            result.append(.init(name: "parallel_tool_calls", value: parallel))
        }
        if let effort = members["reasoning"]?["effort"] {
            result.append(.init(name: "reasoning_effort", value: effort))
        }
        if let count = members["top_logprobs"], count.int != 0 {
            result.append(.init(name: "top_logprobs", value: count))
        }
        if includesLogprobs || members["top_logprobs"]?.int ?? 0 > 0 {
            result.append(.init(name: "logprobs", value: true))
        }
        return result
    }

    /// What both APIs call the same.
    private static let sharedNames = [
        "temperature", "top_p", "user", "safety_identifier", "service_tier", "prompt_cache_key",
    ]

    /// OpenAI's reasoning models know only the newer name, most other servers only the older one.
    private static func outputLimit(of model: String) -> String {
        let newer = ["gpt-5", "o1", "o3", "o4"].contains { model.hasPrefix($0) }
        return newer ? "max_completion_tokens" : "max_tokens"
    }
}
