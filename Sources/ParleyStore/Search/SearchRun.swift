import Parley

/// One search, inside one snapshot.
struct SearchRun {
    let search: Search
    let owner: User.ID
    let scope: SearchScope
    let connection: any Connection
    private var tokeniser = SearchTokeniser()

    /// Items that came in since and are looked at one by one.
    static let unindexed = 2_000
    /// Titles that are shown in front of items.
    private static let titles = 5

    init(_ search: Search, of owner: User.ID, _ connection: any Connection) throws {
        (self.search, self.owner, self.connection) = (search, owner, connection)
        scope = try SearchScope(search.query.filters, of: owner, connection)
    }

    private var node: SearchNode? { search.query.node }

    mutating func page() throws -> SearchPage {
        guard !search.query.isEmpty, !scope.isEmpty else { return SearchPage() }
        let titles = try titles()
        var new = UnindexedItems()
        try new.read(of: owner, scope, connection)
        let fresh = new.items.filter { matches($0) }
        // All that come before the cursor are found again: a page deeper down is not cheaper.
        let wanted = search.after == nil ? search.limit + 1 : Search.deepest + 1
        let indexed = try indexed(max(1, wanted - titles.count - fresh.count))
        let skipped = try skipped(titles, fresh + indexed)
        let rows = (fresh + indexed).dropFirst(max(0, skipped - titles.count))
        let headings = titles.dropFirst(skipped)
        let space = max(0, min(search.limit, Search.deepest - skipped))
        let hits =
            try headings.prefix(space)
            + rows.prefix(max(0, space - headings.count)).map { try $0.hit(node, &tokeniser, connection) }
        let hasMore = headings.count + rows.count > hits.count && skipped + hits.count < Search.deepest
        return SearchPage(hits: Array(hits), hasMore: hasMore, lag: new.lag)
    }

    /// How many results stand up to the cursor.
    private func skipped(_ titles: [SearchHit], _ rows: [SearchRow]) throws -> Int {
        guard let after = search.after else { return 0 }
        let ids = titles.map(\.idText) + rows.map(\.item.idText)
        guard let index = ids.firstIndex(of: after) else {
            throw ParleyError(.invalidValue, "'after' does not name an element of this list.", parameter: "after")
        }
        return index + 1
    }

    private mutating func matches(_ row: SearchRow) -> Bool {
        guard let text = try? SearchText.of(row.item, connection) else { return false }
        guard let node else { return true }
        return SearchDocument(text, for: node, &tokeniser).matches(node)
    }
}

extension SearchRun {
    /// The best of the index, or the newest.
    private mutating func indexed(_ limit: Int) throws -> [SearchRow] {
        let isRanked = search.order == .relevance && node?.isRanked == true
        if case .phrase(let phrase)? = node, phrase.isSingleCharacter, let rows = try newest(limit) { return rows }
        return try rows(scope.expression(node), isRanked: isRanked, limit)
    }

    /// Looks through the newest items one by one: what is in very many of them is found sooner so.
    /// - Returns: `nil` when there were not enough.
    private mutating func newest(_ limit: Int) throws -> [SearchRow]? {
        var found: [SearchRow] = []
        var behind: Int64 = .max
        var left = Self.unindexed
        while left > 0 {
            let slice = try rows(scope.expression(nil), isRanked: false, min(left, 250), behind: behind)
            for row in slice where matches(row) { found.append(row) }
            guard found.count < limit else { return Array(found.prefix(limit)) }
            guard slice.count == 250, let last = slice.last else { return found }
            behind = try SearchRuns.document(of: last.item.place, connection) ?? 0
            left -= slice.count
        }
        return nil
    }

    private func rows(
        _ expression: FullTextExpression,
        isRanked: Bool,
        _ limit: Int,
        behind: Int64? = nil
    ) throws -> [SearchRow] {
        let match = connection.dialect.fullText.match(expression, in: .items)
        return try connection.rows(
            Self.select(match, isRanked: isRanked, isBehind: behind != nil, scope.sql),
            [match.argument] + (behind.map { [.integer($0)] } ?? []) + [.integer(owner.rawValue)] + scope.arguments
                + [.integer(limit)]
        ) { try SearchRow($0, hasScore: isRanked) }
    }

    /// The index gives documents in their order, and each is looked up only until there are enough.
    static func select(_ match: FullTextMatch, isRanked: Bool, isBehind: Bool = false, _ conditions: String) -> String {
        """
        SELECT \(SearchRow.columns)\(isRanked ? ", \(match.score)" : "")
        FROM \(match.source)
        CROSS JOIN search_run
        CROSS JOIN item
        CROSS JOIN conversation
        LEFT JOIN turn ON turn.id = item.turn_id
        WHERE \(match.condition)\(isBehind ? "\nAND \(match.document) < ?" : "")
        AND search_run.document = (SELECT max(document) FROM search_run WHERE document <= \(match.document))
        AND item.place = search_run.place + \(match.document) - search_run.document
        AND conversation.id = item.conversation_id
        AND \(SearchRow.isVisible)\(conditions)
        ORDER BY \(isRanked ? match.byRelevance : match.newestFirst)
        LIMIT ?
        """
    }

    /// Conversations that somebody has given a title with this in it.
    private mutating func titles() throws -> [SearchHit] {
        guard let node, !scope.isForItems, node.isRanked else { return [] }
        let match = connection.dialect.fullText.match(SearchMarks(owner).expression(node), in: .headings)
        return try connection.rows(
            """
            SELECT \(ConversationRow.columns)
            FROM \(match.source)
            CROSS JOIN conversation
            WHERE \(match.condition)
            AND conversation.id = \(match.document)
            AND \(ConversationRow.isVisible)
            AND conversation.hidden = 0
            ORDER BY \(match.byRelevance)
            LIMIT ?
            """,
            match.argument,
            .integer(owner.rawValue),
            .integer(Self.titles)
        ) { try ConversationRow.conversation($0).1 }
        .map { conversation in
            SearchHit(
                conversation: conversation.id,
                title: conversation.title,
                archived: conversation.archived,
                item: nil,
                createdAt: conversation.updatedAt,
                snippet: SearchSnippet(of: conversation.title, node, &tokeniser)
            )
        }
    }
}
