package import Parley

extension Store {
    package func statistics(
        of conversation: Conversation.ID?,
        of owner: User.ID
    ) async throws -> ConversationStatistics {
        let dialect = database.dialect
        return try await database.readLong { connection in
            var condition = "\(ConversationRow.isVisible)\nAND conversation.hidden = 0"
            var values: [Value] = [.integer(owner.rawValue)]
            if let conversation {
                let (row, _) = try ConversationRow.find(conversation, of: owner, connection)
                condition += "\nAND conversation.id = ?"
                values.append(.integer(row))
            }
            var statistics = try Self.sizes(condition, values, dialect, connection)
            try Self.addTurns(to: &statistics, condition, values, connection)
            return statistics
        }
    }

    private static func sizes(
        _ condition: String,
        _ values: [Value],
        _ dialect: any Dialect,
        _ connection: any Connection
    ) throws -> ConversationStatistics {
        let found = try connection.rows(
            """
            SELECT count(*), coalesce(sum(\(ConversationTotals.items)), 0),
                coalesce(sum(\(ConversationTotals.bytes(dialect))), 0)
            FROM conversation
            WHERE \(condition)
            """,
            values
        ) { (try $0.integer(0), try $0.integer(1), try $0.integer(2)) }.first
        let (conversations, items, bytes) = found ?? (0, 0, 0)
        return ConversationStatistics(
            conversations: conversations,
            items: items,
            bytes: bytes,
            models: [],
            first: nil,
            last: nil
        )
    }

    private static func addTurns(
        to statistics: inout ConversationStatistics,
        _ condition: String,
        _ values: [Value],
        _ connection: any Connection
    ) throws {
        let found = try connection.rows(
            """
            SELECT turn.model, count(*),
                sum(CASE WHEN turn.status IN ('failed', 'cancelled') THEN 1 ELSE 0 END),
                coalesce(sum(turn.input_tokens), 0), coalesce(sum(turn.output_tokens), 0),
                coalesce(sum(turn.cost), 0), min(turn.created_at), max(turn.created_at)
            FROM conversation
            JOIN turn ON turn.conversation_id = conversation.id
            WHERE \(condition)
            GROUP BY turn.model
            ORDER BY 2 DESC, 1
            """,
            values
        ) { row in
            let model = ConversationStatistics.Model(
                model: try row.text(0),
                turns: try row.integer(1),
                failed: try row.integer(2),
                inputTokens: try row.integer(3),
                outputTokens: try row.integer(4),
                cost: try row.integer(5)
            )
            return (model: model, first: try row.integer(6), last: try row.integer(7))
        }
        statistics.models = found.map(\.model)
        statistics.first = found.map(\.first).min().map(Timestamp.init(milliseconds:))
        statistics.last = found.map(\.last).max().map(Timestamp.init(milliseconds:))
    }
}
