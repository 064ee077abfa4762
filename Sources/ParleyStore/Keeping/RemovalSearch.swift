import Parley

/// Finds the conversations that a prune takes, page by page.
struct RemovalSearch: Sendable {
    let request: RemovalRequest
    /// `nil` for everybody's.
    let owner: User.ID?
    let dialect: any Dialect

    /// A conversation that is to go, if it weighs enough.
    struct Candidate: Sendable {
        var row: Int64
        var owner: User.ID
        /// When it was found; one that has changed since is left.
        var updatedAt: Int64
        /// The same for what `updatedAt` does not say; 0 when there is none.
        var touchedAt: Int64
        var counts = RemovalCounts()
    }

    /// How many conversations are looked at in one snapshot.
    static let page: Int64 = 1_000

    /// Where the page ends that begins behind a row; `nil` behind the last one.
    func end(after row: Int64, _ connection: any Connection) throws -> Int64? {
        try connection.row(
            """
            SELECT max(page.id)
            FROM (
                SELECT id
                FROM conversation
                WHERE id > ?
                ORDER BY id
                LIMIT \(Self.page)
            ) AS page
            """,
            .integer(row)
        ) { try $0.integerOrNil(0) } ?? nil
    }

    /// Those of a page, without what they weigh; the `newest` are left.
    func candidates(
        after row: Int64,
        to end: Int64,
        but newest: Set<Int64>,
        _ connection: any Connection
    ) throws -> [Candidate] {
        let (conditions, values) = conditions
        return try connection.rows(
            """
            SELECT conversation.id, conversation.person_id, conversation.updated_at,
                coalesce(conversation.touched_at, 0)
            FROM conversation
            WHERE conversation.id > ?
            AND conversation.id <= ?
            AND \(Self.isFree(for: request))
            \(conditions)
            ORDER BY conversation.id
            """,
            [.integer(row), .integer(end)] + values
        ) { row in
            Candidate(
                row: try row.integer(0),
                owner: User.ID(try row.integer(1)),
                updatedAt: try row.integer(2),
                touchedAt: try row.integer(3)
            )
        }
        .filter { !newest.contains($0.row) }
    }

    /// What holds of every conversation that may be pruned.
    ///
    /// What is being imported is left; what an import has given up goes with the deleted when its time is over.
    static func isFree(for request: RemovalRequest) -> String {
        """
        conversation.removal_id IS NULL
        AND conversation.held = 0
        AND NOT EXISTS (
            SELECT 1
            FROM turn
            WHERE turn.conversation_id = conversation.id
            AND turn.status = 'running'
        )
        \(request.reason == .deleted ? "" : "AND conversation.importing = 0")
        """
    }
}

extension RemovalSearch {
    private var conditions: (sql: String, values: [Value]) {
        let filter = ConversationConditions(request.filter.unweighed, dialect)
        var (sql, values) = (filter.sql, filter.arguments)
        func add(_ condition: String, _ more: [Value] = []) {
            sql += "\nAND " + condition
            values += more
        }
        if let time = request.filter.updatedBefore {
            // What was imported or restored just now is as old as it was, but not left alone for so long.
            add("coalesce(conversation.touched_at, 0) < ?", [.integer(time.milliseconds)])
        }
        if let conversations = request.conversations {
            let marks = conversations.map { _ in "?" }.joined(separator: ", ")
            add("conversation.public_id IN (\(marks))", conversations.map { .blob($0.bytes) })
        }
        if let owner { add("conversation.person_id = ?", [.integer(owner.rawValue)]) }
        if let time = request.deletedBefore {
            // What somebody has deleted is not wanted, pinned or not.
            add("conversation.deleted_at < ?", [.integer(time.milliseconds)])
        } else {
            // What is deleted can be restored for as long as that was promised.
            add("conversation.pinned = 0 AND conversation.deleted_at IS NULL")
        }
        if request.isListedOnly { add("conversation.hidden = 0") }
        if request.keep != nil { add("conversation.hidden = 0") }
        if !request.exceptTags.isEmpty {
            add(Self.hasNone(of: request.exceptTags.count), request.exceptTags.map { .text($0) })
        }
        if !request.exceptUsers.isEmpty {
            let marks = request.exceptUsers.map { _ in "?" }.joined(separator: ", ")
            add("conversation.person_id NOT IN (\(marks))", request.exceptUsers.map { .integer($0.rawValue) })
        }
        return (sql, values)
    }

    private static func hasNone(of count: Int) -> String {
        """
        NOT EXISTS (
            SELECT 1
            FROM conversation_tag
            WHERE conversation_tag.conversation_id = conversation.id
            AND conversation_tag.tag IN (\(Array(repeating: "?", count: count).joined(separator: ", ")))
        )
        """
    }
}

extension RemovalSearch {
    /// The newest conversations of a user, of those that people see: deleted ones take no place of the others.
    ///
    /// - Complexity: linear in how many are kept.
    static func newest(_ count: Int, of owner: User.ID, _ connection: any Connection) throws -> [Int64] {
        try connection.rows(
            """
            SELECT id
            FROM conversation
            WHERE person_id = ?
            AND hidden = 0
            AND deleted_at IS NULL
            ORDER BY updated_at DESC, id DESC
            LIMIT ?
            """,
            .integer(owner.rawValue),
            .integer(count)
        ) { try $0.integer(0) }
    }
}
