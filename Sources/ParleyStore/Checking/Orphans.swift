import Parley

/// Rows without what they belong to: each rule counts those of one kind.
struct Orphans: Sendable {
    let what: String
    let sql: String
    let subject: DatabaseFinding.Subject
    let remedy: String

    init(
        _ what: String,
        _ sql: String,
        _ subject: DatabaseFinding.Subject = .orphan,
        remedy: String = Store.restore
    ) {
        self.what = what
        self.sql = sql
        self.subject = subject
        self.remedy = remedy
    }

    /// Rows of `table` whose `column` is no `key` of another table.
    static func without(
        _ what: String,
        _ table: String,
        _ column: String,
        _ other: String,
        _ key: String = "id",
        remedy: String = Store.restore
    ) -> Orphans {
        Orphans(
            what,
            """
            SELECT count(*)
            FROM \(table)
            WHERE \(column) IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM \(other) AS other WHERE other.\(key) = \(table).\(column))
            """,
            remedy: remedy
        )
    }

    static let leftover =
        "They are shown to nobody and only take space. Restore a backup if you miss something."

    static let all = items + trees + others + beside

    private static let items = [
        without("items without their conversation", "item", "conversation_id", "conversation"),
        Orphans(
            "items without their branch",
            """
            SELECT count(*)
            FROM item
            WHERE NOT EXISTS (
                SELECT 1
                FROM branch
                WHERE branch.id = item.place / \(Place.positionsPerBranch)
                AND branch.conversation_id = item.conversation_id
            )
            """
        ),
        without("items that name a long string which is missing", "item_blob", "digest", "blob", "digest"),
        Orphans(
            "long strings that nothing names",
            """
            SELECT count(*)
            FROM blob
            WHERE NOT EXISTS (SELECT 1 FROM item_blob WHERE item_blob.digest = blob.digest)
            AND NOT EXISTS (SELECT 1 FROM turn_blob WHERE turn_blob.digest = blob.digest)
            """,
            remedy: leftover
        ),
        without("references of items that are gone", "item_blob", "place", "item", "place", remedy: leftover),
        without("metadata of items that are gone", "item_metadata", "place", "item", "place", remedy: leftover),
        without("summaries of items that are gone", "compaction", "place", "item", "place", remedy: leftover),
    ]

    private static let trees = [
        without("branches without their conversation", "branch", "conversation_id", "conversation"),
        Orphans(
            "branches without the one they leave",
            """
            SELECT count(*)
            FROM branch
            JOIN conversation ON conversation.id = branch.conversation_id
            WHERE branch.parent_branch_id IS NOT NULL
            AND conversation.removal_id IS NULL
            AND NOT EXISTS (
                SELECT 1
                FROM branch AS parent
                WHERE parent.id = branch.parent_branch_id
                AND parent.conversation_id = branch.conversation_id
            )
            """
        ),
        without(
            "metadata of conversations that are gone",
            "conversation_metadata",
            "conversation_id",
            "conversation",
            remedy: leftover
        ),
        without(
            "tags of conversations that are gone",
            "conversation_tag",
            "conversation_id",
            "conversation",
            remedy: leftover
        ),
        Orphans(
            "conversations that end at an item which is missing",
            """
            SELECT count(*)
            FROM conversation
            WHERE conversation.tip_position IS NOT NULL
            AND conversation.removal_id IS NULL
            AND NOT EXISTS (
                SELECT 1
                FROM item
                WHERE item.place =
                    conversation.tip_branch_id * \(Place.positionsPerBranch) + conversation.tip_position
                AND item.conversation_id = conversation.id
            )
            """,
            .tip
        ),
        Orphans(
            "conversations that are being removed by nothing: they are shown to nobody, and never go",
            """
            SELECT count(*)
            FROM conversation
            WHERE conversation.removal_id IS NOT NULL
            AND NOT EXISTS (
                SELECT 1
                FROM removal
                WHERE removal.id = conversation.removal_id
                AND removal.finished_at IS NULL
            )
            """
        ),
    ]

    private static let others = [
        without("turns without their conversation", "turn", "conversation_id", "conversation"),
        without("turns that name a long string which is missing", "turn_blob", "digest", "blob", "digest"),
        without("references of turns that are gone", "turn_blob", "turn_id", "turn", remedy: leftover),
        without("pieces of answers without their turn", "chunk", "turn_id", "turn", remedy: leftover),
        without("conversations without their owner", "conversation", "person_id", "person"),
        without("keys without their owner", "api_key", "person_id", "person"),
        without("answers kept for nobody", "idempotency", "person_id", "person", remedy: leftover),
        without("answers kept for turns that are gone", "idempotency", "turn_id", "turn", remedy: leftover),
        Orphans(
            "turns that end at an item which is missing",
            """
            SELECT count(*)
            FROM turn
            JOIN conversation ON conversation.id = turn.conversation_id
            WHERE turn.input_place IS NOT NULL
            AND conversation.removal_id IS NULL
            AND NOT EXISTS (SELECT 1 FROM item WHERE item.place = turn.input_place)
            """
        ),
    ]
}
