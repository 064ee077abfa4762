package import Parley

extension Store {
    package func conversations(_ query: ConversationQuery, of owner: User.ID) throws -> Page<Conversation> {
        let dialect = database.dialect
        return try database.read { try Self.list(query, owner, dialect, $0) }
    }

    package func surveyConversations(
        _ query: ConversationQuery,
        of owner: User.ID
    ) async throws -> Page<Conversation> {
        if query.sort.isCostly { return try await pageByWeight(query, of: owner) }
        if query.filter.isWeighed { return try await pageOfHeavy(query, of: owner) }
        let dialect = database.dialect
        return try await database.readLong { try Self.list(query, owner, dialect, $0) }
    }

    private static func list(
        _ query: ConversationQuery,
        _ owner: User.ID,
        _ dialect: any Dialect,
        _ connection: any Connection
    ) throws -> Page<Conversation> {
        let (sql, arguments) = try listing(query, owner, dialect, connection)
        let found = try connection.rows(sql, arguments, ConversationRow.conversation)
        return Page(
            elements: try found.prefix(query.limit).map { try ConversationRow.complete($0, connection) },
            hasMore: found.count > query.limit
        )
    }

    /// The statement for one page, and what is bound to it.
    static func listing(
        _ query: ConversationQuery,
        _ owner: User.ID,
        _ dialect: any Dialect,
        _ connection: any Connection
    ) throws -> (sql: String, arguments: [Value]) {
        let conditions = ConversationConditions(query.filter, dialect)
        let visible = query.deleted ? ConversationRow.isRestorable : ConversationRow.isVisible
        let key = sortKey(query, dialect)
        let order = query.ascending ? "ASC" : "DESC"
        var sql = """
            SELECT \(ConversationRow.columns)
            FROM conversation
            WHERE \(visible)
            AND conversation.hidden = 0
            """
        sql += conditions.sql
        var arguments = [.integer(owner.rawValue)] + conditions.arguments
        if let after = query.after {
            let (row, value) = try cursor(after, key, query.sort, visible, owner, connection)
            sql += "\nAND (\(key), conversation.id) \(query.ascending ? ">" : "<") (?, ?)"
            arguments += [value, .integer(row)]
        }
        sql += "\nORDER BY \(key) \(order), conversation.id \(order)\nLIMIT ?"
        return (sql, arguments + [.integer(query.limit + 1)])
    }

    /// What conversations are ordered by.
    ///
    /// Only the order by the last change is that of an index.
    private static func sortKey(_ query: ConversationQuery, _ dialect: any Dialect) -> String {
        switch query.sort {
        case .updated: query.deleted ? "conversation.deleted_at" : "conversation.updated_at"
        case .created: "conversation.created_at"
        case .title: "lower(conversation.title)"
        case .items: "conversation.item_count"
        case .tokens: ConversationTotals.tokens
        case .size: ConversationTotals.bytes(dialect)
        case .cost: ConversationTotals.cost
        }
    }

    /// Where the page before ended.
    private static func cursor(
        _ id: Conversation.ID,
        _ key: String,
        _ sort: ConversationSort,
        _ visible: String,
        _ owner: User.ID,
        _ connection: any Connection
    ) throws -> (row: Int64, value: Value) {
        let found = try connection.row(
            "SELECT conversation.id, \(key) FROM conversation WHERE \(visible) AND conversation.public_id = ?",
            .integer(owner.rawValue),
            .blob(id.bytes)
        ) { (try $0.integer(0), sort == .title ? .text(try $0.text(1)) : .integer(try $0.integer(1)) as Value) }
        guard let found else { throw ParleyError.notFound("Conversation", id.text) }
        return found
    }
}
