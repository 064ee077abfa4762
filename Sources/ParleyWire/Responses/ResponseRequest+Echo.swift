package import Parley

extension ResponseRequest {
    /// What the response repeats of its request: stored with the turn, so that it reads the same for ever.
    ///
    /// `conversation` is the one that the request named, as it is written.
    package func echo(conversation: String?) -> JSON.Object {
        var echo = JSON.Object([
            .init(name: "background", value: .bool(background)), .init(name: "instructions", value: JSON(instructions)),
            .init(name: "max_output_tokens", value: maximumOutput.map { JSON($0) } ?? .null),
            .init(name: "max_tool_calls", value: members["max_tool_calls"] ?? .null),
            .init(name: "parallel_tool_calls", value: members["parallel_tool_calls"] ?? true),
            .init(name: "previous_response_id", value: JSON(previous)),
        ])
        if let conversation { echo.append("conversation", ["id": .string(conversation)]) }
        for member in echoOfModel { echo.append(member.name, member.value) }
        return echo
    }

    private var echoOfModel: [JSON.Object.Member] {
        [
            .init(name: "prompt_cache_key", value: members["prompt_cache_key"] ?? .null),
            .init(
                name: "reasoning",
                value: [
                    "effort": members["reasoning"]?["effort"] ?? .null,
                    "summary": members["reasoning"]?["summary"] ?? .null,
                ]
            ),
            .init(name: "safety_identifier", value: members["safety_identifier"] ?? .null),
            .init(name: "store", value: .bool(stored)), .init(name: "temperature", value: members["temperature"] ?? 1),
            .init(name: "text", value: format.echo), .init(name: "tool_choice", value: tools.choiceEcho),
            .init(name: "tools", value: tools.echo), .init(name: "top_logprobs", value: members["top_logprobs"] ?? 0),
            .init(name: "top_p", value: members["top_p"] ?? 1),
            .init(name: "truncation", value: truncates ? "auto" : "disabled"),
            .init(name: "user", value: members["user"] ?? .null),
            .init(name: "metadata", value: .object(ConversationObject.metadata(metadata))),
        ]
    }
}
