/// Which conversations are meant, by lists, exports and prunes alike.
///
/// Every condition that is set must hold.
package struct ConversationFilter: Hashable, Sendable {
    /// What the title contains, whatever the case of its letters.
    package var title: String?
    /// Tags that must all be there.
    package var tags: [String] = []
    /// The model that was asked in any of its turns, or is set for it.
    package var model: String?
    package var archived: Bool?
    package var pinned: Bool?
    /// Metadata pairs that must all be there.
    package var metadata: [String: String] = [:]
    /// Exclusive.
    package var createdBefore: Timestamp?
    /// Inclusive.
    package var createdAfter: Timestamp?
    /// The last time anything was said or changed.
    package var updatedBefore: Timestamp?
    package var updatedAfter: Timestamp?
    /// At least so many user messages on the active path.
    package var minimumTurns: Int?
    /// An answer with this rating (1 or -1) is in it.
    package var rating: Int?
    /// Whether it has no items, on no branch.
    package var isEmpty: Bool?
    /// At least so many tokens in and out over all turns.
    package var minimumTokens: Int?
    /// At least so many bytes of items.
    package var minimumBytes: Int64?
    /// At least so much was paid for it, in millionths of a dollar.
    package var minimumCost: Int64?

    package init() {}

    /// Whether it lets every conversation through: at least nothing is no condition.
    package var isUnlimited: Bool {
        var filter = self
        if filter.title == "" { filter.title = nil }
        if (filter.minimumTurns ?? 0) <= 0 { filter.minimumTurns = nil }
        if (filter.minimumTokens ?? 0) <= 0 { filter.minimumTokens = nil }
        if (filter.minimumBytes ?? 0) <= 0 { filter.minimumBytes = nil }
        if (filter.minimumCost ?? 0) <= 0 { filter.minimumCost = nil }
        return filter == ConversationFilter()
    }

    /// Whether it looks at the turns or items of conversations, and not only at themselves.
    package var isCostly: Bool {
        minimumTurns != nil || minimumTokens != nil || minimumBytes != nil || minimumCost != nil || model != nil
    }
}
