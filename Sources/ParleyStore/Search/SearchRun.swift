import Parley

/// One search, inside one snapshot.
struct SearchRun {
    let search: Search
    let owner: User.ID
    let scope: SearchScope
    let connection: any Connection
    private let limits: SearchLimits
    private let begun = ContinuousClock.now
    private var tokeniser = SearchTokeniser()

    /// Titles that are shown in front of items.
    private static let titles = 5

    init(_ search: Search, of owner: User.ID, _ limits: SearchLimits, _ connection: any Connection) throws {
        (self.search, self.owner, self.limits, self.connection) = (search, owner, limits, connection)
        scope = try SearchScope(search.query.filters, of: owner, connection)
    }

    private var node: SearchNode? { search.query.node }

    mutating func page() throws -> SearchPage {
        guard !search.query.isEmpty, !scope.isEmpty else { return SearchPage() }
        let wide = try widePhrases()
        let titles = wide.isEmpty ? try titles() : []
        var new = UnindexedItems(of: owner, scope, node)
        try new.read(until: begun + limits.unindexed, connection)
        // All that come before the cursor are found again: a page deeper down is not cheaper.
        let wanted = search.after == nil ? search.limit + 1 : Search.deepest + 1
        let indexed = try indexed(max(1, wanted - titles.count - new.items.count), wide)
        let skipped = try skipped(titles, new.items + indexed)
        let rows = (new.items + indexed).dropFirst(max(0, skipped - titles.count))
        let headings = titles.dropFirst(skipped)
        let space = max(0, min(search.limit, Search.deepest - skipped))
        let hits = try headings.prefix(space) + rows.prefix(max(0, space - headings.count)).map { try hit($0) }
        let hasMore = headings.count + rows.count > hits.count && skipped + hits.count < Search.deepest
        return SearchPage(hits: Array(hits), hasMore: hasMore, lag: new.lag)
    }

    private mutating func hit(_ row: SearchRow) throws -> SearchHit {
        try checkTime()
        return try row.hit(node, &tokeniser, connection)
    }

    /// What is done here is not interrupted by the database.
    private func checkTime() throws {
        if begun.duration(to: .now) >= limits.search { throw ParleyError.searchTimeout }
    }

    /// How many results stand up to the cursor.
    private func skipped(_ titles: [SearchHit], _ rows: [SearchRow]) throws -> Int {
        guard let after = search.after else { return 0 }
        let ids = titles.map(\.idText) + rows.map(\.item.idText)
        guard let index = ids.firstIndex(of: after) else {
            throw ParleyError.unknownCursor
        }
        return index + 1
    }
}

extension SearchRun {
    /// Bytes of the index, and how many of such words make a search that is soon done.
    private static let rare: Int64 = 8_192
    private static let rareWords = 8
    /// How many of the newest items are looked through, in two steps.
    private static let steps = [250, 1_750]

    /// Whether every word is in few items, as far as that can be told without looking.
    func isRare() throws -> Bool {
        guard let node, scope.conditions.isEmpty, search.after == nil else { return false }
        let tokens = Set(node.wanted.flatMap(\.tokens))
        let prefix = SearchMarks(owner).prefix
        return try tokens.count <= Self.rareWords
            && tokens.allSatisfy {
                try connection.dialect.fullText.extent(of: prefix + $0, roughly: true, connection) <= Self.rare
            }
    }

    /// Beginnings with which so many words begin that the index cannot be asked for them in time.
    private func widePhrases() throws -> Set<SearchPhrase> {
        let prefix = SearchMarks(owner).prefix
        let beginnings = Set(node?.phrases.filter(\.isPrefix) ?? [])
        let extents = try beginnings.map { phrase in
            let last = prefix + (phrase.tokens.last ?? "")
            return (phrase, extent: try connection.dialect.fullText.extent(of: last, roughly: false, connection))
        }
        var sum: Int64 = 0
        return Set(
            extents.sorted { $0.extent < $1.extent }.filter { _, extent in
                sum += extent
                return sum > limits.beginnings
            }
            .map(\.0)
        )
    }

    /// The best of the index, or the newest.
    private mutating func indexed(_ limit: Int, _ wide: Set<SearchPhrase>) throws -> [SearchRow] {
        if !wide.isEmpty {
            guard let rows = try newest(limit, of: node?.without(wide)) else { throw ParleyError.searchTimeout }
            return rows
        }
        let isRanked = search.order == .relevance && node?.isRanked == true
        if case .phrase(let phrase)? = node, phrase.isSingleCharacter, let rows = try newest(limit, of: nil) {
            return rows
        }
        return try rows(scope.expression(node), isRanked: isRanked, limit)
    }

    /// Looks through the newest items of a wider search one by one: what is in very many of them is found sooner so.
    /// - Returns: `nil` when there were not enough.
    private mutating func newest(_ limit: Int, of wider: SearchNode?) throws -> [SearchRow]? {
        var found: [SearchRow] = []
        var behind: Int64 = .max
        for step in Self.steps {
            let slice = try rows(scope.expression(wider), isRanked: false, step, behind: behind)
            for row in slice {
                try checkTime()
                if row.matches(node, &tokeniser, connection) { found.append(row) }
                guard found.count < limit else { return found }
            }
            guard slice.count == step, let last = slice.last else { return found }
            behind = try SearchRuns.document(of: last.item.place, connection) ?? 0
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

    private static let opening = """
        SELECT \(ItemRow.columns)
        FROM branch
        JOIN item ON \(ConversationTotals.isOnBranch)
        WHERE branch.conversation_id = ?
        AND branch.parent_branch_id IS NULL
        AND item.deleted_at IS NULL
        ORDER BY item.place
        LIMIT 1
        """

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
        ) { try ConversationRow.conversation($0) }
        .map { row, conversation in
            SearchHit(
                conversation: conversation.id,
                title: conversation.title,
                archived: conversation.archived,
                item: nil,
                opening: try connection.row(Self.opening, .integer(row)) { try ItemRow.item($0) },
                createdAt: conversation.updatedAt,
                snippet: SearchSnippet(of: conversation.title, node, &tokeniser)
            )
        }
    }
}
