import Parley

/// What the turns and items of the current row of `conversation` come to, as expressions of SQL.
///
/// Counted when they are asked for: to keep them would cost every turn a write. Each costs as much as the conversation
/// has turns or items.
enum ConversationTotals {
    /// How `item` is joined to `branch`: its places are one range of keys.
    static let isOnBranch = """
        item.place BETWEEN branch.id * \(Place.positionsPerBranch)
            AND branch.id * \(Place.positionsPerBranch) + \(Place.lastPosition)
        """

    /// In and out.
    static let tokens = ofTurns("coalesce(turn.input_tokens, 0) + coalesce(turn.output_tokens, 0)")

    /// Millionths of a dollar.
    static let cost = ofTurns("coalesce(turn.cost, 0)")

    private static func ofTurns(_ term: String) -> String {
        """
        (
            SELECT coalesce(sum(\(term)), 0)
            FROM turn
            WHERE turn.conversation_id = conversation.id
        )
        """
    }

    /// Of the items' JSON and the long strings that they name.
    static func bytes(_ dialect: any Dialect) -> String {
        """
        (
            (
                SELECT coalesce(sum(\(dialect.byteCount(of: "item.json"))), 0)
                FROM branch
                JOIN item ON \(isOnBranch)
                WHERE branch.conversation_id = conversation.id
            ) + (
                SELECT coalesce(sum(\(dialect.byteCount(of: "blob.content"))), 0)
                FROM branch
                JOIN item_blob ON item_blob.place BETWEEN branch.id * \(Place.positionsPerBranch)
                    AND branch.id * \(Place.positionsPerBranch) + \(Place.lastPosition)
                JOIN blob ON blob.digest = item_blob.digest
                WHERE branch.conversation_id = conversation.id
            )
        )
        """
    }
}
