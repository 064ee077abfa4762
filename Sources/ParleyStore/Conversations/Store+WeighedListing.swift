import Parley

/// Lists by what conversations weigh: all of them are looked at, page by page, and none of the reads is long.
extension Store {
    /// A page in the order of tokens, bytes or cost.
    func pageByWeight(_ query: ConversationQuery, of owner: User.ID) async throws -> Page<Conversation> {
        var keys: [(key: Int64, row: Int64)] = []
        var last: Int64?
        repeat {
            let rows = try await rows(of: query, behind: last ?? 0, owner)
            for (row, weight) in try await weigh(rows) where query.filter.takes(weight) {
                keys.append((query.sort.key(of: weight), row))
            }
            last = rows.last
        } while last != nil
        keys.sort { query.ascending ? $0 < $1 : $0 > $1 }
        if let after = query.after {
            let cursor = try await key(of: after, query, owner)
            keys.removeAll { query.ascending ? $0 <= cursor : $0 >= cursor }
        }
        let page = keys.prefix(query.limit).map(\.row)
        let found = try await database.readLong { try Self.conversations(page, of: owner, query.deleted, $0) }
        return Page(elements: found, hasMore: keys.count > query.limit)
    }

    /// A page in another order, of those that weigh enough.
    func pageOfHeavy(_ query: ConversationQuery, of owner: User.ID) async throws -> Page<Conversation> {
        let dialect = database.dialect
        var wanted = query
        wanted.filter = query.filter.unweighed
        var rows: [Int64] = []
        repeat {
            // Where few weigh enough, fewer and larger pages are read.
            wanted.limit = min(wanted.limit * 2, Self.largestPage)
            let page = try await database.readLong { [wanted] in try Self.rows(wanted, owner, dialect, $0) }
            let weights = try await weigh(page.map(\.row))
            rows += page.map(\.row).filter { weights[$0].map(query.filter.takes) ?? false }
            wanted.after = page.count < wanted.limit ? nil : page.last?.id
        } while rows.count <= query.limit && wanted.after != nil
        let shown = Array(rows.prefix(query.limit))
        let found = try await database.readLong { try Self.conversations(shown, of: owner, query.deleted, $0) }
        return Page(elements: found, hasMore: rows.count > query.limit)
    }

    private static let largestPage = 10_000
    private static let pageOfRows = 1_000

    private func rows(of query: ConversationQuery, behind last: Int64, _ owner: User.ID) async throws -> [Int64] {
        let conditions = ConversationConditions(query.filter.unweighed, database.dialect)
        let visible = query.deleted ? ConversationRow.isRestorable : ConversationRow.isVisible
        return try await database.readLong { connection in
            try connection.rows(
                """
                SELECT conversation.id
                FROM conversation
                WHERE \(visible)
                AND conversation.hidden = 0
                AND conversation.id > ?\(conditions.sql)
                ORDER BY conversation.id
                LIMIT \(Self.pageOfRows)
                """,
                [.integer(owner.rawValue), .integer(last)] + conditions.arguments
            ) { try $0.integer(0) }
        }
    }

    /// Where the page before ended.
    private func key(
        of id: Conversation.ID,
        _ query: ConversationQuery,
        _ owner: User.ID
    ) async throws -> (key: Int64, row: Int64) {
        let visible = query.deleted ? ConversationRow.isRestorable : ConversationRow.isVisible
        let row = try database.read { connection in
            try connection.row(
                "SELECT conversation.id FROM conversation WHERE \(visible) AND conversation.public_id = ?",
                .integer(owner.rawValue),
                .blob(id.bytes)
            ) { try $0.integer(0) }
        }
        guard let row, let weight = try await weigh([row])[row] else {
            throw ParleyError.notFound("Conversation", id.text)
        }
        return (query.sort.key(of: weight), row)
    }

    /// Those of these rows that are still there, in their order.
    private static func conversations(
        _ rows: [Int64],
        of owner: User.ID,
        _ deleted: Bool,
        _ connection: any Connection
    ) throws -> [Conversation] {
        let visible = deleted ? ConversationRow.isRestorable : ConversationRow.isVisible
        return try rows.compactMap { row in
            try connection.row(
                "SELECT \(ConversationRow.columns) FROM conversation WHERE \(visible) AND conversation.id = ?",
                .integer(owner.rawValue),
                .integer(row),
                decode: ConversationRow.conversation
            ).map { try ConversationRow.complete($0, connection) }
        }
    }

    private static func rows(
        _ query: ConversationQuery,
        _ owner: User.ID,
        _ dialect: any Dialect,
        _ connection: any Connection
    ) throws -> [(row: Int64, id: Conversation.ID)] {
        let (sql, arguments) = try listing(query, owner, dialect, connection)
        let found = try connection.rows(sql, arguments, ConversationRow.conversation)
        return found.prefix(query.limit).map { (row: $0.row, id: $0.1.id) }
    }
}

extension ConversationSort {
    /// What a conversation is ordered by, if that is what it weighs.
    fileprivate func key(of weight: ConversationStatistics) -> Int64 {
        switch self {
        case .tokens: weight.tokens
        case .size: weight.bytes
        case .cost: weight.cost
        case .updated, .created, .title, .items: 0
        }
    }
}

extension ConversationFilter {
    /// Whether a conversation has to be weighed for it.
    var isWeighed: Bool { self != unweighed }

    /// What can be told without weighing a conversation.
    var unweighed: ConversationFilter {
        var filter = self
        (filter.minimumTokens, filter.minimumBytes, filter.minimumCost) = (nil, nil, nil)
        return filter
    }

    /// Whether one that weighs so much is meant.
    func takes(_ weight: ConversationStatistics) -> Bool {
        weight.tokens >= minimumTokens ?? 0 && weight.bytes >= minimumBytes ?? 0 && weight.cost >= minimumCost ?? 0
    }
}
