/// Where chats that were asked to be kept are found again by their ids.
///
/// A stored completion is a turn of the chat face with `store: true` that was answered. Everything is scoped to an owner:
/// what belongs to somebody else is ``ParleyError/Code/notFound``.
package protocol CompletionStore: Sendable {
    /// A page, in the order in which they were asked for.
    ///
    /// Filters by metadata look through all of the owner's stored completions.
    func completions(_ query: CompletionQuery, of owner: User.ID) async throws -> Page<StoredCompletion>

    func completion(_ id: Turn.ID, of owner: User.ID) throws -> StoredCompletion

    /// What was sent for it: the request's instructions, then the rest of its messages.
    func input(of completion: Turn.ID, owner: User.ID) async throws -> [ItemContent]

    /// Replaces the metadata.
    func updateCompletion(
        _ id: Turn.ID,
        metadata: [String: String],
        of owner: User.ID
    ) async throws -> StoredCompletion

    /// Forgets what was kept for the completion alone; items of a conversation stay there.
    func deleteCompletion(_ id: Turn.ID, of owner: User.ID) async throws
}

/// An answered chat that can be fetched again.
package struct StoredCompletion: Sendable {
    package var turn: Turn
    package var metadata: [String: String]
    /// What the answer is made from again when its choices were not kept as they were sent.
    package var outputs: [Item]

    package init(turn: Turn, metadata: [String: String], outputs: [Item]) {
        self.turn = turn
        self.metadata = metadata
        self.outputs = outputs
    }
}

/// Which stored completions, and from where on.
package struct CompletionQuery: Sendable {
    /// The last one of the page before, exclusive; it may be deleted by now.
    package var after: Turn.ID?
    package var limit: Int
    package var ascending: Bool
    package var model: String?
    /// Metadata pairs that must all be there.
    package var metadata: [String: String]

    package init(
        after: Turn.ID? = nil,
        limit: Int = 20,
        ascending: Bool = true,
        model: String? = nil,
        metadata: [String: String] = [:]
    ) {
        self.after = after
        self.limit = limit
        self.ascending = ascending
        self.model = model
        self.metadata = metadata
    }
}
