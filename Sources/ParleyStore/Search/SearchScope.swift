import Parley

/// A query's filters in the terms of the database: what the index can decide by marks, the rest as conditions.
struct SearchScope {
    /// Of each group an item must have one.
    private(set) var required: [[String]] = []
    private(set) var excluded: [String] = []
    private(set) var conditions: [String] = []
    private(set) var arguments: [Value] = []
    /// Nothing can be found.
    private(set) var isEmpty = false
    /// What concerns items only, so that no title is found.
    private(set) var isForItems = false
    private let marks: SearchMarks
    private let owner: User.ID

    /// More conversations than that are not asked of the index one by one.
    private static let mostConversations = 64

    /// - Throws: ``ParleyError/Code/notFound`` for a conversation that is not the owner's.
    init(_ filters: [SearchFilter], of owner: User.ID, _ connection: any Connection) throws {
        marks = SearchMarks(owner)
        self.owner = owner
        for filter in filters { try add(filter.condition, filter.isNegated, connection) }
    }

    private mutating func add(
        _ condition: SearchFilter.Condition,
        _ isNegated: Bool,
        _ connection: any Connection
    ) throws {
        isForItems = true
        switch condition {
        case .role(let role): add(role, isNegated)
        case .hasTool: add([marks.tool], isNegated)
        case .model(let name): add("coalesce(turn.model, item.model, '') = ?", isNegated, .text(name))
        case .before(let time): add("item.created_at < ?", isNegated, .integer(time.milliseconds))
        case .after(let time): add("item.created_at >= ?", isNegated, .integer(time.milliseconds))
        case .conversation(let id):
            add([marks.conversation(try ConversationRow.find(id, of: owner, connection).row)], isNegated)
        case .title(let title):
            try add(ConversationConditions.hasTitle(connection.dialect), .text(title), isNegated, connection)
        case .tag(let tag): try add(ConversationConditions.hasTag, .text(tag), isNegated, connection)
        }
    }

    private mutating func add(_ role: SearchFilter.Role, _ isNegated: Bool) {
        // What the model said has a hash of its own.
        let model = "item.pair IS NOT NULL"
        switch role {
        case .tool: add("item.kind = 'function_call_output'", isNegated)
        case .assistant: add("(item.kind <> 'function_call_output' AND \(model))", isNegated)
        case .user: add([marks.user], isNegated)
        case .system: add([marks.system], isNegated)
        }
        if role == .tool, !isNegated { required.append([marks.tool]) }
    }

    private mutating func add(_ marks: [String], _ isNegated: Bool) {
        if isNegated { excluded += marks } else { required.append(marks) }
    }

    private mutating func add(_ condition: String, _ isNegated: Bool, _ more: Value...) {
        conditions.append(isNegated ? "NOT \(condition)" : condition)
        arguments += more
    }

    /// A condition on conversations, asked of the index where few of them meet it.
    private mutating func add(
        _ condition: String,
        _ argument: Value,
        _ isNegated: Bool,
        _ connection: any Connection
    ) throws {
        let rows = try connection.rows(
            """
            SELECT conversation.id
            FROM conversation
            WHERE \(ConversationRow.isVisible)
            AND conversation.hidden = 0
            AND \(condition)
            ORDER BY conversation.updated_at DESC
            LIMIT ?
            """,
            .integer(owner.rawValue),
            argument,
            .integer(Self.mostConversations + 1)
        ) { try $0.integer(0) }
        guard rows.count <= Self.mostConversations else { return add(condition, isNegated, argument) }
        if rows.isEmpty { isEmpty = isEmpty || !isNegated } else { add(rows.map(marks.conversation), isNegated) }
    }
}

extension SearchScope {
    /// What the index is asked for.
    func expression(_ node: SearchNode?) -> FullTextExpression {
        let groups = required.map { group in
            FullTextExpression.any(group.map { .phrase([$0], isPrefix: false) })
        }
        let text = marks.expression(node)
        let wanted = groups.isEmpty ? text : .all([text] + groups)
        return wanted.except(excluded.map { .phrase([$0], isPrefix: false) })
    }

    /// Whether an item that is not in the index has the marks that are asked for.
    func admits(_ content: ItemContent, in conversation: Int64) -> Bool {
        let own = Set(marks.of(content, in: conversation))
        return required.allSatisfy { !own.isDisjoint(with: $0) } && own.isDisjoint(with: excluded)
    }

    /// The conditions, to stand behind others.
    var sql: String { conditions.map { "\nAND \($0)" }.joined() }
}
