package import Parley

/// A turn as the API shows it, with what it took in and put out.
package enum TurnObject {
    package static func json(_ turn: Turn, input: [Item], output: [Item]) -> JSON {
        [
            "id": .string(turn.idText), "object": "turn", "status": .string(turn.status.rawValue),
            "reason": JSON(turn.reason), "model": .string(turn.model), "face": .string(turn.face.rawValue),
            "created_at": JSON(turn.createdAt.seconds),
            "settled_at": turn.settledAt.map { JSON($0.seconds) } ?? .null,
            "conversation": JSON(turn.conversation?.text), "usage": turn.usage.map(usage) ?? .null,
            "input": .array(input.map(ItemObject.json)), "output": .array(output.map(ItemObject.json)),
        ]
    }

    /// Tokens in the shape of OpenAI's responses; `estimated` when we counted them ourselves.
    package static func usage(_ usage: Usage) -> JSON {
        [
            "input_tokens": JSON(usage.inputTokens),
            "input_tokens_details": ["cached_tokens": JSON(usage.cachedTokens), "cache_write_tokens": 0],
            "output_tokens": JSON(usage.outputTokens),
            "output_tokens_details": ["reasoning_tokens": JSON(usage.reasoningTokens)],
            "total_tokens": JSON(usage.totalTokens), "estimated": .bool(usage.estimated),
        ]
    }
}
