import Parley

/// Building the index from nothing: the old one is put aside and removed in slices, then every branch and title is
/// noted, then they follow behind everything else.
enum SearchRebuild {
    /// Branches or titles that are noted in one job.
    private static let slice = 200
    /// Rows that are removed in one job.
    private static let clearedRows = 2_000
    private static let clearedTables = [
        (name: "search_run", key: "document"), ("search_rebuild", "last_at, branch"),
        ("search_title", "conversation_id"),
    ]

    /// Begins anew when the index was made by another version of the tokeniser, or never.
    static func beginIfOutdated(_ connection: any Connection) throws {
        let version = try connection.row("SELECT version FROM search_state WHERE id = 1") { try $0.integer(0) }
        guard version != Int64(SearchTokeniser.version) else { return }
        if version == 0 { try restart(isClearing: false, connection) } else { try begin(connection) }
    }

    /// Begins an empty index, which takes the same time however large the old one is.
    ///
    /// Nothing is indexed and nothing is taken out until ``clear(_:)`` has removed what it has left.
    static func begin(_ connection: any Connection) throws {
        try connection.dialect.fullText.discard(connection)
        try restart(isClearing: true, connection)
    }

    private static func restart(isClearing: Bool, _ connection: any Connection) throws {
        try connection.run(
            """
            UPDATE search_state
            SET version = ?, clearing = ?, noted_branch = 0, noted_title = 0, remaining = 0, forgotten = 0,
                forgotten_titles = 0, forgotten_at = NULL,
                last_branch = (SELECT coalesce(max(id), 0) FROM branch),
                last_title = (SELECT coalesce(max(id), 0) FROM conversation)
            WHERE id = 1
            """,
            .integer(SearchTokeniser.version),
            .bool(isClearing)
        )
    }

    static func isClearing(_ connection: any Connection) throws -> Bool {
        try connection.row("SELECT clearing FROM search_state WHERE id = 1") { try $0.integer(0) } == 1
    }

    /// Removes a part of what the index before has left.
    static func clear(_ connection: any Connection) throws {
        guard try isClearing(connection), try !connection.dialect.fullText.eraseDiscarded(connection) else { return }
        for (table, key) in clearedTables {
            let removed = try connection.run(
                "DELETE FROM \(table) WHERE (\(key)) IN (SELECT \(key) FROM \(table) LIMIT \(clearedRows))"
            )
            if removed > 0 { return }
        }
        try connection.run("UPDATE search_state SET clearing = 0, next_document = 1 WHERE id = 1")
    }

    /// What is not noted yet: behind the first number, up to the last one.
    private typealias Unnoted = (behind: Int64, end: Int64)

    private static func unnoted(_ what: String, _ connection: any Connection) throws -> Unnoted? {
        try connection.row(
            """
            SELECT noted_\(what), last_\(what)
            FROM search_state
            WHERE id = 1
            AND noted_\(what) < last_\(what)
            """
        ) { (try $0.integer(0), try $0.integer(1)) }
    }

    /// Whether branches or titles are still to be noted.
    static func isNoting(_ connection: any Connection) throws -> Bool {
        try unnoted("branch", connection) != nil || unnoted("title", connection) != nil
    }

    /// Whether a branch is still to be noted, and the items on it with it.
    static func isUnnoted(_ branch: Int64, _ connection: any Connection) throws -> Bool {
        guard let (behind, end) = try unnoted("branch", connection) else { return false }
        return branch > behind && branch <= end
    }

    /// Whether the title of a conversation is.
    static func isUnnotedTitle(_ conversation: Int64, _ connection: any Connection) throws -> Bool {
        guard let (behind, end) = try unnoted("title", connection) else { return false }
        return conversation > behind && conversation <= end
    }
}

extension SearchRebuild {
    private struct Branch {
        var id: Int64
        var first: Int64
        var owner: Int64
        var isHidden: Bool
        var isDeleted: Bool
    }

    /// Notes the next branches, and when there are none the next titles.
    static func note(_ connection: any Connection) throws {
        if let branches = try unnoted("branch", connection) { return try noteBranches(branches, connection) }
        if let titles = try unnoted("title", connection) { try noteTitles(titles, connection) }
    }

    /// What came in on the branches meanwhile is among their items, so it is not pending any more.
    private static func noteBranches(_ range: Unnoted, _ connection: any Connection) throws {
        let branches = try connection.rows(
            select,
            .integer(range.behind),
            .integer(range.end),
            .integer(slice)
        ) {
            Branch(
                id: try $0.integer(0),
                first: try $0.integer(1) + 1,
                owner: try $0.integer(4),
                isHidden: try $0.integer(2) == 1,
                isDeleted: try $0.integer(3) == 1
            )
        }
        for branch in branches {
            if branch.isHidden {
                // It is being filled, and its items come once it is there; or nobody ever sees it.
                if branch.isDeleted { try pend(branch, connection) }
                continue
            }
            try connection.run("DELETE FROM search_pending WHERE branch = ?", .integer(branch.id))
            if let last = try last(on: branch.id, connection) { try note(branch, to: last, connection) }
        }
        try setNoted("branch", branches.count < slice ? range.end : branches.last?.id ?? range.end, connection)
    }

    private static func noteTitles(_ range: Unnoted, _ connection: any Connection) throws {
        let ids = try connection.rows(
            "SELECT id FROM conversation WHERE id > ? AND id <= ? ORDER BY id LIMIT ?",
            .integer(range.behind),
            .integer(range.end),
            .integer(slice)
        ) { try $0.integer(0) }
        let end = ids.count < slice ? range.end : ids.last ?? range.end
        try connection.run(
            """
            INSERT INTO search_pending (branch, position, person_id)
            SELECT -id, 0, person_id
            FROM conversation
            WHERE id > ?
            AND id <= ?
            AND hidden = 0
            AND title <> ''
            ON CONFLICT (branch) DO NOTHING
            """,
            .integer(range.behind),
            .integer(end)
        )
        try setNoted("title", end, connection)
    }

    private static func setNoted(_ what: String, _ last: Int64, _ connection: any Connection) throws {
        try connection.run("UPDATE search_state SET noted_\(what) = ? WHERE id = 1", .integer(last))
    }

    /// Merges what was made in very many slices, once all is done.
    static func endIfDone(_ connection: any Connection) throws {
        let isDone = try connection.row("SELECT 1 FROM search_rebuild LIMIT 1") { try $0.integer(0) } == nil
        guard isDone else { return }
        try connection.run("UPDATE search_state SET forgotten = next_document, remaining = 0 WHERE id = 1")
    }

    private static func pend(_ branch: Branch, _ connection: any Connection) throws {
        try connection.run(
            """
            INSERT INTO search_pending (branch, position, person_id)
            VALUES (?, ?, ?)
            ON CONFLICT (branch) DO UPDATE
            SET position = excluded.position
            """,
            .integer(branch.id),
            .integer(branch.first),
            .integer(branch.owner)
        )
    }

    private static func last(on branch: Int64, _ connection: any Connection) throws -> (place: Place, at: Int64)? {
        try connection.row(
            "SELECT place, created_at FROM item WHERE place BETWEEN ? AND ? ORDER BY place DESC LIMIT 1",
            .integer(Place(branch: branch, position: 0).key),
            .integer(Place(branch: branch, position: Place.lastPosition).key)
        ) { (Place(key: try $0.integer(0)), try $0.integer(1)) }
    }

    private static func note(
        _ branch: Branch,
        to last: (place: Place, at: Int64),
        _ connection: any Connection
    ) throws {
        try connection.run(
            "INSERT INTO search_rebuild (last_at, branch, position, last) VALUES (?, ?, ?, ?)",
            .integer(last.at),
            .integer(branch.id),
            .integer(branch.first),
            .integer(last.place.position)
        )
        try connection.run(
            "UPDATE search_state SET remaining = remaining + ? WHERE id = 1",
            .integer(last.place.position - branch.first + 1)
        )
    }

    static let select = """
        SELECT branch.id, branch.fork_position, conversation.hidden, conversation.deleted_at IS NOT NULL,
            conversation.person_id
        FROM branch
        JOIN conversation ON conversation.id = branch.conversation_id
        WHERE branch.id > ?
        AND branch.id <= ?
        ORDER BY branch.id
        LIMIT ?
        """
}
