import Parley

/// Building the index from nothing: first every branch is noted, then their items follow behind everything else.
enum SearchRebuild {
    /// Branches that are noted in one job.
    private static let slice = 200

    /// Begins anew when the index was made by another version of the tokeniser, or never.
    static func beginIfOutdated(_ connection: any Connection) throws {
        let version = try connection.row("SELECT version FROM search_state WHERE id = 1") { try $0.integer(0) }
        if version != Int64(SearchTokeniser.version) { try begin(connection) }
    }

    /// Empties the index.
    ///
    /// Takes as long as it is large.
    static func begin(_ connection: any Connection) throws {
        try connection.dialect.fullText.clear(connection)
        for table in ["search_run", "search_pending", "search_rebuild", "search_title"] {
            try connection.run("DELETE FROM \(table)")
        }
        try connection.run(
            """
            UPDATE search_state
            SET version = ?, next_document = 1, noted_branch = 0, remaining = 0, forgotten = 0,
                last_branch = (SELECT coalesce(max(id), 0) FROM branch)
            WHERE id = 1
            """,
            .integer(SearchTokeniser.version)
        )
        try connection.run(
            """
            INSERT INTO search_pending (branch, position)
            SELECT -id, 0
            FROM conversation
            WHERE hidden = 0
            AND title <> ''
            """
        )
    }

    /// The branches that are not noted yet: behind the first one, up to the last one.
    static func unnoted(_ connection: any Connection) throws -> (behind: Int64, end: Int64)? {
        try connection.row(
            """
            SELECT noted_branch, last_branch
            FROM search_state
            WHERE id = 1
            AND noted_branch < last_branch
            """
        ) { (try $0.integer(0), try $0.integer(1)) }
    }

    private struct Branch {
        var id: Int64
        var first: Int64
        var last: Place
        var lastAt: Int64
    }

    /// Notes the next branches.
    ///
    /// What came in on them meanwhile is among their items, so it is not pending any more.
    static func note(_ connection: any Connection) throws {
        guard let (branch, end) = try unnoted(connection) else { return }
        let branches = try connection.rows(
            select,
            .integer(branch),
            .integer(end),
            .integer(slice)
        ) {
            (
                id: try $0.integer(0), first: try $0.integer(1) + 1, isHidden: try $0.integer(2) == 1,
                isDeleted: try $0.integer(3) == 1
            )
        }
        for (id, first, isHidden, isDeleted) in branches {
            if isHidden {
                // It is being filled, and its items come once it is there; or nobody ever sees it.
                if isDeleted { try pend(id, first, connection) }
                continue
            }
            try connection.run("DELETE FROM search_pending WHERE branch = ?", .integer(id))
            if let last = try last(on: id, connection) {
                try note(Branch(id: id, first: first, last: last.place, lastAt: last.at), connection)
            }
        }
        try connection.run(
            "UPDATE search_state SET noted_branch = ? WHERE id = 1",
            .integer(branches.count < slice ? end : branches.last?.id ?? end)
        )
    }

    /// Merges what was made in very many slices, once all is done.
    static func endIfDone(_ connection: any Connection) throws {
        let isDone = try connection.row("SELECT 1 FROM search_rebuild LIMIT 1") { try $0.integer(0) } == nil
        if isDone { try connection.run("UPDATE search_state SET forgotten = next_document WHERE id = 1") }
    }

    private static func pend(_ branch: Int64, _ position: Int64, _ connection: any Connection) throws {
        try connection.run(
            """
            INSERT INTO search_pending (branch, position)
            VALUES (?, ?)
            ON CONFLICT (branch) DO UPDATE
            SET position = excluded.position
            """,
            .integer(branch),
            .integer(position)
        )
    }

    private static func last(on branch: Int64, _ connection: any Connection) throws -> (place: Place, at: Int64)? {
        try connection.row(
            "SELECT place, created_at FROM item WHERE place BETWEEN ? AND ? ORDER BY place DESC LIMIT 1",
            .integer(Place(branch: branch, position: 0).key),
            .integer(Place(branch: branch, position: Place.lastPosition).key)
        ) { (Place(key: try $0.integer(0)), try $0.integer(1)) }
    }

    private static func note(_ branch: Branch, _ connection: any Connection) throws {
        try connection.run(
            "INSERT INTO search_rebuild (last_at, branch, position, last) VALUES (?, ?, ?, ?)",
            .integer(branch.lastAt),
            .integer(branch.id),
            .integer(branch.first),
            .integer(branch.last.position)
        )
        try connection.run(
            "UPDATE search_state SET remaining = remaining + ? WHERE id = 1",
            .integer(branch.last.position - branch.first + 1)
        )
    }

    static let select = """
        SELECT branch.id, branch.fork_position, conversation.hidden, conversation.deleted_at IS NOT NULL
        FROM branch
        JOIN conversation ON conversation.id = branch.conversation_id
        WHERE branch.id > ?
        AND branch.id <= ?
        ORDER BY branch.id
        LIMIT ?
        """
}
