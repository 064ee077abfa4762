/// Where conversations and their items are kept.
///
/// Every method is scoped to an owner: what belongs to somebody else is ``ParleyError/Code/notFound``, never forbidden.
/// Writes return once they are durable.
package protocol ConversationStore: ConversationTreeStore {
    /// Makes a conversation, with its first items when some are given.
    func createConversation(_ new: NewConversation, of owner: User.ID) async throws -> Conversation

    func conversation(_ id: Conversation.ID, of owner: User.ID) throws -> Conversation

    /// A page of conversations, newest first unless the query says otherwise. The cost does not depend on how many
    /// conversations there are.
    func conversations(_ query: ConversationQuery, of owner: User.ID) throws -> Page<Conversation>

    /// The same for orders and filters that look at every conversation's turns or items, which may take seconds.
    func surveyConversations(_ query: ConversationQuery, of owner: User.ID) async throws -> Page<Conversation>

    func updateConversation(
        _ id: Conversation.ID,
        _ change: ConversationChange,
        of owner: User.ID
    ) async throws -> Conversation

    /// Deletes a conversation so that it can still be restored; it is not found any more.
    func deleteConversation(_ id: Conversation.ID, of owner: User.ID) async throws

    /// A page of the active path. The cost depends on the page, not on the length of the path.
    func items(_ query: ItemQuery, in conversation: Conversation.ID, of owner: User.ID) throws -> Page<Item>

    func item(_ id: Item.ID, in conversation: Conversation.ID, of owner: User.ID) throws -> Item

    /// An item of any of the owner's conversations, those made for responses included.
    func item(_ id: Item.ID, of owner: User.ID) throws -> Item

    /// Adds items at the tip, all or none, side by side, and returns them in order.
    func append(_ drafts: [ItemDraft], to conversation: Conversation.ID, of owner: User.ID) async throws -> [Item]

    /// Removes an item: the tip moves to its parent when it was the tip, else a tombstone stays; a call goes with its
    /// result.
    func deleteItem(_ id: Item.ID, in conversation: Conversation.ID, of owner: User.ID) async throws

    /// Moves the tip back to before the last user message of the active path and returns that message; the line that is
    /// left stays as a side branch. `nil` when there is none.
    func rewind(_ conversation: Conversation.ID, of owner: User.ID) async throws -> Item?
}

/// A conversation that is about to be made.
package struct NewConversation: Sendable {
    package var title: String
    package var settings: Conversation.Settings
    package var metadata: [String: String]
    package var items: [ItemDraft]

    package init(
        title: String = "",
        settings: Conversation.Settings = .init(),
        metadata: [String: String] = [:],
        items: [ItemDraft] = []
    ) {
        self.title = title
        self.settings = settings
        self.metadata = metadata
        self.items = items
    }
}

/// One page of a list, and whether there is more.
package struct Page<Element: Sendable>: Sendable {
    package var elements: [Element]
    package var hasMore: Bool

    package init(elements: [Element], hasMore: Bool) {
        self.elements = elements
        self.hasMore = hasMore
    }
}

/// Which conversations, in which order, and from where on.
package struct ConversationQuery: Sendable {
    /// The last one of the page before, exclusive.
    package var after: Conversation.ID?
    package var limit: Int
    package var ascending: Bool
    package var sort: ConversationSort
    package var filter: ConversationFilter
    /// Those that were deleted and can be restored, instead of those that are there.
    package var deleted: Bool

    package init(
        after: Conversation.ID? = nil,
        limit: Int = 20,
        ascending: Bool = false,
        sort: ConversationSort = .updated,
        filter: ConversationFilter = .init(),
        deleted: Bool = false
    ) {
        self.after = after
        self.limit = limit
        self.ascending = ascending
        self.sort = sort
        self.filter = filter
        self.deleted = deleted
    }
}

/// Which items, and from where on.
package struct ItemQuery: Sendable {
    package var after: Item.ID?
    package var limit: Int
    package var ascending: Bool

    package init(after: Item.ID? = nil, limit: Int = 20, ascending: Bool = false) {
        self.after = after
        self.limit = limit
        self.ascending = ascending
    }
}
