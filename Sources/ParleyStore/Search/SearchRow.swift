import Parley

/// An item as searches read it, with the conversation that it is in.
struct SearchRow {
    var item: Item
    var model: String?
    var conversation: Int64
    var conversationID: Conversation.ID
    var title: String
    var archived: Bool
    var tip: Place?
    var score: Double?

    /// The number of the column behind ``columns``.
    static let end = ItemRow.turnEnd + 7

    /// The columns that ``init(_:)`` reads; a score may follow.
    static let columns = """
        \(ItemRow.columns), \(ItemRow.turnColumns), coalesce(turn.model, item.model), conversation.id, conversation.public_id,
            conversation.title, conversation.archived, conversation.tip_branch_id, conversation.tip_position
        """

    /// What holds for everything that is found: it is the owner's, and somebody can see it.
    static let isVisible = """
        \(ConversationRow.isVisible)
        AND conversation.hidden = 0
        AND item.deleted_at IS NULL
        """

    init(_ row: any Row, hasScore: Bool = false) throws {
        item = try ItemRow.item(row, hasTurn: true)
        let next = ItemRow.turnEnd
        model = try row.textOrNil(next)
        conversation = try row.integer(next + 1)
        conversationID = Identifier(bytes: try row.blob(next + 2))
        title = try row.text(next + 3)
        archived = try row.integer(next + 4) == 1
        if let branch = try row.integerOrNil(next + 5), let position = try row.integerOrNil(next + 6) {
            tip = Place(branch: branch, position: position)
        }
        score = hasScore ? try row.real(Self.end) : nil
    }

    /// Whether the index would find it.
    func matches(
        _ node: SearchNode?,
        _ tokeniser: inout SearchTokeniser,
        _ connection: any Connection
    ) -> Bool {
        guard let text = try? SearchText.of(item, connection) else { return false }
        guard let node else { return true }
        return SearchDocument(text, for: node, &tokeniser).matches(node)
    }

    /// The result that is shown.
    func hit(
        _ node: SearchNode?,
        _ tokeniser: inout SearchTokeniser,
        _ connection: any Connection
    ) throws -> SearchHit {
        SearchHit(
            conversation: conversationID,
            title: title,
            archived: archived,
            item: item,
            model: model,
            isOnSideBranch: try !isOnActivePath(connection),
            createdAt: item.createdAt,
            snippet: SearchSnippet(of: try SearchText.of(item, connection) ?? "", node, &tokeniser),
            score: score
        )
    }

    private func isOnActivePath(_ connection: any Connection) throws -> Bool {
        guard let tip, item.place.position <= tip.position else { return false }
        // Mostly the path ends on the item's own branch.
        if tip.branch == item.place.branch { return true }
        return try PathReader.path(to: tip, connection).contains { $0.contains(item.place) }
    }
}
