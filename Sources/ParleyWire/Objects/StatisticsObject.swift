package import Parley

/// What conversations come to, as the API shows it.
///
/// Costs in millionths of a dollar, sizes in bytes.
package enum StatisticsObject {
    package static func json(_ statistics: ConversationStatistics) -> JSON {
        let models = statistics.models
        func sum(_ value: (ConversationStatistics.Model) -> Int64) -> JSON { JSON(models.reduce(0) { $0 + value($1) }) }
        return [
            "object": "conversation.stats", "conversations": JSON(statistics.conversations),
            "items": JSON(statistics.items), "bytes": JSON(statistics.bytes), "turns": sum(\.turns),
            "failed_turns": sum(\.failed), "input_tokens": sum(\.inputTokens),
            "output_tokens": sum(\.outputTokens), "cost": sum(\.cost),
            "models": .array(models.map(json)),
            "first_turn_at": statistics.first.map { JSON($0.seconds) } ?? .null,
            "last_turn_at": statistics.last.map { JSON($0.seconds) } ?? .null,
        ]
    }

    private static func json(_ model: ConversationStatistics.Model) -> JSON {
        [
            "model": .string(model.model), "turns": JSON(model.turns), "failed_turns": JSON(model.failed),
            "input_tokens": JSON(model.inputTokens), "output_tokens": JSON(model.outputTokens),
            "cost": JSON(model.cost),
        ]
    }
}
