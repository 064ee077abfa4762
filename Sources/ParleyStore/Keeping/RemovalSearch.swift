import Parley

/// Finds the conversations that a prune takes, page by page.
struct RemovalSearch: Sendable {
    let request: RemovalRequest
    /// `nil` for everybody's.
    let owner: User.ID?
    let dialect: any Dialect

    /// A conversation that is to go.
    struct Candidate: Sendable {
        var row: Int64
        var owner: User.ID
        /// When it was found; one that has changed since is left.
        var updatedAt: Int64
        /// The same for what `updatedAt` does not say; 0 when there is none.
        var touchedAt: Int64
        var counts: RemovalCounts
    }

    /// How many conversations are weighed in one snapshot.
    static let page = 100

    /// The next ones, by their rows.
    func candidates(after row: Int64, _ connection: any Connection) throws -> [Candidate] {
        let (conditions, values) = conditions
        return try connection.rows(
            """
            SELECT conversation.id, conversation.person_id, conversation.updated_at, \(ConversationTotals.items),
                \(ConversationTotals.turns), \(ConversationTotals.tokens), \(ConversationTotals.bytes(dialect)),
                coalesce(conversation.touched_at, 0)
            FROM conversation
            WHERE conversation.id > ?
            AND \(Self.isFree(for: request))
            \(conditions)
            ORDER BY conversation.id
            LIMIT \(Self.page)
            """,
            [.integer(row)] + values
        ) { row in
            var counts = RemovalCounts()
            counts.conversations = 1
            counts.items = try row.integer(3)
            counts.turns = try row.integer(4)
            counts.tokens = try row.integer(5)
            counts.bytes = try row.integer(6)
            return Candidate(
                row: try row.integer(0),
                owner: User.ID(try row.integer(1)),
                updatedAt: try row.integer(2),
                touchedAt: try row.integer(7),
                counts: counts
            )
        }
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
        let filter = ConversationConditions(request.filter, dialect)
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
            add("conversation.pinned = 0")
        }
        if request.isListedOnly { add("conversation.hidden = 0 AND conversation.deleted_at IS NULL") }
        if let keep = request.keep { add(Self.isNotAmongNewest, [.integer(keep)]) }
        if !request.exceptTags.isEmpty {
            add(Self.hasNone(of: request.exceptTags.count), request.exceptTags.map { .text($0) })
        }
        if !request.exceptUsers.isEmpty {
            let marks = request.exceptUsers.map { _ in "?" }.joined(separator: ", ")
            add("conversation.person_id NOT IN (\(marks))", request.exceptUsers.map { .integer($0.rawValue) })
        }
        return (sql, values)
    }

    /// Only conversations that people see have a rank; deleted ones take no place of the others.
    private static let isNotAmongNewest = """
        conversation.hidden = 0
        AND conversation.id NOT IN (
            SELECT ranked.id
            FROM (
                SELECT other.id,
                    row_number() OVER (
                        PARTITION BY other.person_id
                        ORDER BY other.updated_at DESC, other.id DESC
                    ) AS place
                FROM conversation AS other
                WHERE other.hidden = 0
                AND other.deleted_at IS NULL
            ) AS ranked
            WHERE ranked.place <= ?
        )
        """

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
