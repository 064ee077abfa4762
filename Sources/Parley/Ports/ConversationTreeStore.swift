/// The tree of a conversation: its lines, where the active path ends, and copies of a path.
///
/// What changes the active path must be called while no turn works on the conversation.
package protocol ConversationTreeStore: Sendable {
    /// Puts `draft` beside an item: a new line leaves the item's parent, ends at the new item, and becomes the active
    /// path.
    ///
    /// The old line keeps all it has.
    func edit(
        _ id: Item.ID,
        in conversation: Conversation.ID,
        to draft: ItemDraft,
        pinned: Bool,
        of owner: User.ID
    ) async throws -> Item

    /// Changes what the model reads of a compaction.
    ///
    /// Its text stands beside the tree, so the item stays where it is and what it is.
    func editSummary(
        _ id: Item.ID,
        in conversation: Conversation.ID,
        to summary: String,
        of owner: User.ID
    ) async throws -> Item

    /// Pins an item, so that contexts keep the unit it belongs to, or lets it go.
    func pin(
        _ id: Item.ID,
        in conversation: Conversation.ID,
        _ pinned: Bool,
        of owner: User.ID
    ) async throws -> Item

    /// Says of an item what somebody thought of it, 1 or -1, or takes that back.
    func rate(
        _ id: Item.ID,
        in conversation: Conversation.ID,
        _ rating: Int?,
        of owner: User.ID
    ) async throws -> Item

    /// A page of the lines, newest first unless the query says otherwise.
    func branches(
        _ query: BranchQuery,
        in conversation: Conversation.ID,
        of owner: User.ID
    ) async throws -> Page<Branch>

    /// Ends the active path at an item, or with `follow` at the newest end of a line that goes on from it.
    func moveTip(
        of conversation: Conversation.ID,
        to item: Item.ID,
        follow: Bool,
        of owner: User.ID
    ) async throws

    /// A new conversation that holds a copy of the path down to an item, or of the active path.
    ///
    /// It is seen by nobody until it is complete. Linear in the length of the path.
    func fork(_ conversation: Conversation.ID, _ fork: ConversationFork, of owner: User.ID) async throws -> Conversation
}

/// A line of a conversation's tree: the items that were added one below the other after it left its parent line.
package struct Branch: Sendable {
    /// The first item that is on it alone; names the line, also when it is deleted.
    package var first: ItemName
    /// The last item on it.
    package var tip: ItemName
    /// The last item that it shares with the line it left; `nil` when it shares none.
    package var fork: ItemName?
    /// How many items the path down to its tip has.
    package var itemCount: Int
    /// Whether the active path ends on it.
    package var isActive: Bool
    package var createdAt: Timestamp
    /// When its last item came.
    package var updatedAt: Timestamp

    package init(
        first: ItemName,
        tip: ItemName,
        fork: ItemName?,
        itemCount: Int,
        isActive: Bool,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.first = first
        self.tip = tip
        self.fork = fork
        self.itemCount = itemCount
        self.isActive = isActive
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// What an item is called, without the item.
package struct ItemName: Hashable, Sendable {
    package var id: Item.ID
    package var kind: ItemContent.Kind

    package init(id: Item.ID, kind: ItemContent.Kind) {
        self.id = id
        self.kind = kind
    }

    /// The identifier on the wire.
    package var text: String { kind.idPrefix + id.digits }
}

/// Which lines, and from where on.
package struct BranchQuery: Sendable {
    /// An item on the last line of the page before.
    package var after: Item.ID?
    package var limit: Int
    package var ascending: Bool

    package init(after: Item.ID? = nil, limit: Int = 20, ascending: Bool = false) {
        self.after = after
        self.limit = limit
        self.ascending = ascending
    }
}

/// What a copy of a path is to be.
package struct ConversationFork: Sendable {
    /// The last item that is copied; `nil` for the whole active path.
    package var item: Item.ID?
    /// `nil` takes the original's.
    package var title: String?
    package var metadata: [String: String]

    package init(item: Item.ID? = nil, title: String? = nil, metadata: [String: String] = [:]) {
        self.item = item
        self.title = title
        self.metadata = metadata
    }
}
