import Parley

/// The daily sums of what was used.
enum UsageRows {
    /// Adds a turn that was just settled to its day, and gives back what was set aside for it.
    static func book(_ settlement: TurnSettlement, row: Int64, _ connection: any Connection) throws {
        let taken = settlement.taken
        try connection.run(
            add,
            .integer(taken?.inputTokens ?? 0),
            .integer(taken?.cachedTokens ?? 0),
            .integer(taken?.outputTokens ?? 0),
            .integer(taken == nil ? 0 : settlement.cost ?? 0),
            .integer(settlement.cost == nil ? taken?.totalTokens ?? 0 : 0),
            .integer(row)
        )
        let spent = Spent(tokens: Int64(taken?.totalTokens ?? 0), cost: taken == nil ? 0 : settlement.cost ?? 0)
        let turn = settlement.turn
        let settled = turn.isReserved ? try SpendingRows.release(turn.id, taken: spent, connection) : []
        try SpendingRows.add(spent, ofTurn: row, of: turn.owner, but: settled, connection)
    }

    static let add = """
        INSERT INTO usage_day (person_id, day, api_key_id, model, turns, input_tokens, cached_tokens, output_tokens, cost,
            unpriced_tokens)
        SELECT person_id, created_at / \(Day.milliseconds), coalesce(api_key_id, 0), model, 1, ?, ?, ?, ?, ?
        FROM turn
        WHERE id = ?
        ON CONFLICT (person_id, day, api_key_id, model) DO UPDATE
        SET turns = usage_day.turns + 1,
            input_tokens = usage_day.input_tokens + excluded.input_tokens,
            cached_tokens = usage_day.cached_tokens + excluded.cached_tokens,
            output_tokens = usage_day.output_tokens + excluded.output_tokens,
            cost = usage_day.cost + excluded.cost,
            unpriced_tokens = usage_day.unpriced_tokens + excluded.unpriced_tokens
        """
}
