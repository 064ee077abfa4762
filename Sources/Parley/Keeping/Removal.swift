/// A prune: conversations that are taken out for good.
package struct Removal: Sendable, Identifiable, Identified {
    package static let idPrefix = "prune_"

    package var id: Identifier<Removal>
    package var reason: Reason
    /// Who asked for it.
    package var actor: String
    /// Which conversations were meant, as it was said.
    package var filter: JSON.Object
    /// What has been removed up to now.
    package var counts: RemovalCounts
    package var startedAt: Timestamp
    /// `nil` while it goes on.
    package var finishedAt: Timestamp?
    /// When what was removed had left the log too; `nil` while it is in the files.
    package var emptiedAt: Timestamp?

    package enum Reason: String, CaseIterable, Sendable {
        /// Somebody asked for it.
        case asked = "prune"
        /// The retention policy.
        case retention
        /// Deleted conversations that can be restored no longer.
        case deleted
    }

    package init(
        id: Identifier<Removal>,
        reason: Reason,
        actor: String,
        filter: JSON.Object,
        counts: RemovalCounts,
        startedAt: Timestamp,
        finishedAt: Timestamp?,
        emptiedAt: Timestamp?
    ) {
        self.id = id
        self.reason = reason
        self.actor = actor
        self.filter = filter
        self.counts = counts
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.emptiedAt = emptiedAt
    }
}

/// How much is removed.
package struct RemovalCounts: Hashable, Sendable {
    package var conversations: Int64 = 0
    package var items: Int64 = 0
    package var turns: Int64 = 0
    /// In and out over the turns.
    package var tokens: Int64 = 0
    /// Of the items and what they name.
    package var bytes: Int64 = 0

    package init() {}

    package static func += (left: inout Self, right: Self) {
        left.conversations += right.conversations
        left.items += right.items
        left.turns += right.turns
        left.tokens += right.tokens
        left.bytes += right.bytes
    }
}

/// What a prune would remove.
package struct RemovalSurvey: Sendable {
    package var total: RemovalCounts
    /// For each user of whom it would remove anything, by name.
    package var users: [(name: String, counts: RemovalCounts)]

    package init(total: RemovalCounts, users: [(name: String, counts: RemovalCounts)]) {
        self.total = total
        self.users = users
    }
}
