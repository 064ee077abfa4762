import Parley

/// A ``ConversationFilter`` as conditions on the rows of `conversation`, to follow a `WHERE` of the caller's.
///
/// The caller's own conditions name the owner, and say whether deleted and hidden conversations count.
struct ConversationConditions {
    private(set) var sql = ""
    private(set) var arguments: [Value] = []

    init(_ filter: ConversationFilter, _ dialect: any Dialect) {
        addMembers(filter, dialect)
        addTimes(filter)
        addPairs(filter)
        addContents(filter)
        addTotals(filter, dialect)
    }

    private mutating func add(_ condition: String, _ values: Value...) {
        sql += "\nAND " + condition
        arguments += values
    }

    private mutating func addMembers(_ filter: ConversationFilter, _ dialect: any Dialect) {
        if let title = filter.title { add(Self.hasTitle(dialect), .text(title)) }
        if let archived = filter.archived { add("conversation.archived = ?", .bool(archived)) }
        if let pinned = filter.pinned { add("conversation.pinned = ?", .bool(pinned)) }
    }

    private mutating func addTimes(_ filter: ConversationFilter) {
        if let time = filter.createdBefore { add("conversation.created_at < ?", .integer(time.milliseconds)) }
        if let time = filter.createdAfter { add("conversation.created_at >= ?", .integer(time.milliseconds)) }
        if let time = filter.updatedBefore { add("conversation.updated_at < ?", .integer(time.milliseconds)) }
        if let time = filter.updatedAfter { add("conversation.updated_at >= ?", .integer(time.milliseconds)) }
    }

    private mutating func addPairs(_ filter: ConversationFilter) {
        for tag in filter.tags { add(Self.hasTag, .text(tag)) }
        for (name, value) in filter.metadata.sorted(by: { $0.key < $1.key }) {
            add(
                """
                EXISTS (
                    SELECT 1
                    FROM conversation_metadata AS pair
                    WHERE pair.conversation_id = conversation.id
                    AND pair.name = ?
                    AND pair.value = ?
                )
                """,
                .text(name),
                .text(value)
            )
        }
    }

    private mutating func addContents(_ filter: ConversationFilter) {
        if let model = filter.model { add(Self.hasModel, .text(model), .text(model), .text(model)) }
        if let rating = filter.rating { add(Self.hasRating, .integer(rating)) }
        if let isEmpty = filter.isEmpty { add((isEmpty ? "NOT " : "") + Self.hasItems) }
        if let minimum = filter.minimumTurns {
            // No path has more user messages than items, and that is known without reading it.
            add("conversation.item_count >= ?", .integer(minimum))
            add("\(Self.userMessages) >= ?", .integer(minimum))
        }
    }

    private mutating func addTotals(_ filter: ConversationFilter, _ dialect: any Dialect) {
        if let minimum = filter.minimumTokens { add("\(ConversationTotals.tokens) >= ?", .integer(minimum)) }
        if let minimum = filter.minimumCost { add("\(ConversationTotals.cost) >= ?", .integer(minimum)) }
        if let minimum = filter.minimumBytes { add("\(ConversationTotals.bytes(dialect)) >= ?", .integer(minimum)) }
    }
}

extension ConversationConditions {
    /// That the title holds a text, whatever the case of their letters.
    static func hasTitle(_ dialect: any Dialect) -> String { dialect.holds("lower(conversation.title)", "lower(?)") }

    static let hasTag = """
        EXISTS (
            SELECT 1
            FROM conversation_tag
            WHERE conversation_tag.conversation_id = conversation.id
            AND conversation_tag.tag = ?
        )
        """

    private static let hasModel = """
        (
            conversation.model = ?
            OR EXISTS (
                SELECT 1
                FROM turn
                WHERE turn.conversation_id = conversation.id
                AND turn.model = ?
            ) OR EXISTS (
                SELECT 1
                FROM branch
                JOIN item ON \(ConversationTotals.isOnBranch)
                WHERE branch.conversation_id = conversation.id
                AND item.model = ?
            )
        )
        """

    private static let hasRating = """
        EXISTS (
            SELECT 1
            FROM item
            WHERE item.conversation_id = conversation.id
            AND item.rating IS NOT NULL
            AND item.rating = ?
        )
        """

    private static let hasItems = """
        EXISTS (
            SELECT 1
            FROM branch
            JOIN item ON \(ConversationTotals.isOnBranch)
            WHERE branch.conversation_id = conversation.id
            AND item.deleted_at IS NULL
        )
        """

    /// The user messages on the active path.
    ///
    /// JSON is stored without spaces, and a quote inside of a text is stored behind a backslash, so that the pattern
    /// finds the member only.
    private static let userMessages = """
        (
            WITH RECURSIVE segment (branch_id, last_position) AS (
                SELECT conversation.tip_branch_id, conversation.tip_position
                UNION ALL
                SELECT branch.parent_branch_id,
                    CASE
                        WHEN branch.fork_position < segment.last_position THEN branch.fork_position
                        ELSE segment.last_position
                    END
                FROM segment
                JOIN branch ON branch.id = segment.branch_id
                WHERE branch.parent_branch_id IS NOT NULL
            )
            SELECT count(*)
            FROM segment
            JOIN branch ON branch.id = segment.branch_id
            JOIN item ON item.place BETWEEN branch.id * \(Place.positionsPerBranch) + branch.fork_position + 1
                AND branch.id * \(Place.positionsPerBranch) + segment.last_position
            WHERE item.kind = 'message'
            AND item.deleted_at IS NULL
            AND item.json LIKE '%"role":"user"%'
        )
        """
}
