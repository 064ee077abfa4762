import Parley

/// What lies beside the conversations: usage, limits, kept answers, the search index.
extension Orphans {
    static let beside = [
        without("turns without their owner", "turn", "person_id", "person"),
        Orphans(
            "notes of kept answers that are gone",
            """
            SELECT count(*)
            FROM idempotency_subject
            WHERE NOT EXISTS (
                SELECT 1
                FROM idempotency
                WHERE idempotency.person_id = idempotency_subject.person_id
                AND idempotency.key = idempotency_subject.key
            )
            """,
            remedy: leftover
        ),
        without("limits of nobody", "allowance", "person_id", "person", remedy: leftover),
        withoutKey("limits of keys that are gone", "allowance"),
        without("budgets of nobody", "spending", "person_id", "person", remedy: leftover),
        without("usage of nobody", "usage_day", "person_id", "person", remedy: leftover),
        withoutKey("usage of keys that are gone", "usage_day"),
        without("reservations of nobody", "reservation", "person_id", "person", remedy: UsageCheck.restart),
        without("reports of prunes of nobody's conversations", "removal", "person_id", "person", remedy: leftover),
        Orphans(
            "branches that wait for the search index and are gone",
            """
            SELECT count(*)
            FROM search_pending
            WHERE branch > 0
            AND NOT EXISTS (SELECT 1 FROM branch WHERE branch.id = search_pending.branch)
            """,
            .search,
            remedy: reindex
        ),
        Orphans(
            "titles in the search index of conversations that are gone",
            """
            SELECT count(*)
            FROM search_title
            WHERE NOT EXISTS (SELECT 1 FROM conversation WHERE conversation.id = search_title.conversation_id)
            AND NOT EXISTS (SELECT 1 FROM search_pending WHERE branch = -search_title.conversation_id)
            """,
            .search,
            remedy: reindex
        ),
    ]

    /// Whose rows go one table after the other just now.
    static let beingErased = "SELECT person_id FROM erasure WHERE finished_at IS NULL"

    private static let reindex = "Build the index anew with `parley database reindex`."

    private static func withoutKey(_ what: String, _ table: String) -> Orphans {
        Orphans(
            what,
            """
            SELECT count(*)
            FROM \(table)
            WHERE api_key_id <> 0
            AND person_id NOT IN (\(beingErased))
            AND NOT EXISTS (SELECT 1 FROM api_key WHERE api_key.id = \(table).api_key_id)
            """,
            remedy: leftover
        )
    }
}
