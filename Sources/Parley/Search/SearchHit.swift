/// What a search found.
package struct SearchHit: Sendable {
    package var conversation: Conversation.ID
    package var title: String
    package var archived: Bool
    /// The item; `nil` when it is the title that was found.
    package var item: Item?
    /// With a title, the item with which the conversation begins.
    package var opening: Item?
    /// The model that its turn asked.
    package var model: String?
    /// Not on the active path.
    package var isOnSideBranch: Bool
    /// The time of the item, or of the last change of the conversation.
    package var createdAt: Timestamp
    package var snippet: SearchSnippet
    /// The higher the better; `nil` where nothing was ranked.
    package var score: Double?

    package init(
        conversation: Conversation.ID,
        title: String,
        archived: Bool,
        item: Item?,
        opening: Item? = nil,
        model: String? = nil,
        isOnSideBranch: Bool = false,
        createdAt: Timestamp,
        snippet: SearchSnippet,
        score: Double? = nil
    ) {
        self.conversation = conversation
        self.title = title
        self.archived = archived
        self.item = item
        self.opening = opening
        self.model = model
        self.isOnSideBranch = isOnSideBranch
        self.createdAt = createdAt
        self.snippet = snippet
        self.score = score
    }

    /// What a page is continued by.
    package var idText: String { item?.idText ?? conversation.text }
}

/// A page of what a search found.
package struct SearchPage: Sendable {
    package var hits: [SearchHit]
    package var hasMore: Bool
    /// Items that are in no index yet and were not looked at either.
    package var lag: Int

    package init(hits: [SearchHit] = [], hasMore: Bool = false, lag: Int = 0) {
        self.hits = hits
        self.hasMore = hasMore
        self.lag = lag
    }
}
