import Parley

/// What was written since the index was last filled, of one owner.
struct UnindexedItems {
    /// Newest first.
    private(set) var items: [SearchRow] = []
    /// Items that were not looked at.
    private(set) var lag = 0

    mutating func read(of owner: User.ID, _ scope: SearchScope, _ connection: any Connection) throws {
        let remaining = try connection.row("SELECT remaining FROM search_state WHERE id = 1") { try $0.integer(0) }
        lag = Int(remaining ?? 0)
        // How much there is is not known before every branch is noted.
        if lag == 0, try SearchRebuild.unnoted(connection) != nil { lag = 1 }
        let branches = try connection.rows(
            Self.selectBranches,
            .integer(SearchRun.unindexed),
            .integer(owner.rawValue)
        ) { Place(branch: try $0.integer(0), position: try $0.integer(1)) }
        var left = SearchRun.unindexed
        for first in branches {
            let rows = try read(from: first, left, owner, scope, connection)
            items += rows.filter { scope.admits($0.item.content, in: $0.conversation) }
            left -= rows.count
            guard left > 0 else {
                lag += 1
                break
            }
        }
        items.sort { left, right in
            (left.item.createdAt, left.item.place.key) > (right.item.createdAt, right.item.place.key)
        }
    }

    private func read(
        from first: Place,
        _ limit: Int,
        _ owner: User.ID,
        _ scope: SearchScope,
        _ connection: any Connection
    ) throws -> [SearchRow] {
        try connection.rows(
            """
            SELECT \(SearchRow.columns)
            FROM item
            JOIN conversation ON conversation.id = item.conversation_id
            LEFT JOIN turn ON turn.id = item.turn_id
            WHERE item.place BETWEEN ? AND ?
            AND \(SearchRow.isVisible)\(scope.sql)
            ORDER BY item.place DESC
            LIMIT ?
            """,
            [
                .integer(first.key),
                .integer(Place(branch: first.branch, position: Place.lastPosition).key),
                .integer(owner.rawValue),
            ] + scope.arguments + [.integer(limit)]
        ) { try SearchRow($0) }
    }

    /// Of the branches that are waiting the newest are looked at, which are few but while the index lags far behind.
    ///
    /// They come first, for their owner may have very many conversations.
    static let selectBranches = """
        SELECT pending.branch, pending.position
        FROM (
            SELECT branch, position
            FROM search_pending
            WHERE branch > 0
            ORDER BY branch DESC
            LIMIT ?
        ) AS pending
        CROSS JOIN branch
        CROSS JOIN conversation
        WHERE branch.id = pending.branch
        AND conversation.id = branch.conversation_id
        AND conversation.person_id = ?
        AND conversation.deleted_at IS NULL
        AND conversation.hidden = 0
        ORDER BY pending.branch DESC
        """
}
