/// Which conversations a prune takes, and who asks for it.
///
/// Never taken are those that are pinned or held, and those in which a turn runs.
package struct RemovalRequest: Sendable {
    package var filter: ConversationFilter
    /// Only these, of which the other conditions hold too; at most ``mostConversations``.
    package var conversations: [Conversation.ID]?
    /// How many of each user's newest conversations are left.
    package var keep: Int?
    /// Only those that were deleted before this; without it, only those that are not deleted.
    package var deletedBefore: Timestamp?
    /// Only those that lists show: none that was made for a response.
    package var isListedOnly = false
    /// Those with one of these tags are left: other rules are for them.
    package var exceptTags: [String] = []
    /// Those of these users are left: other rules are for them.
    package var exceptUsers: [User.ID] = []
    package var reason: Removal.Reason
    package var actor: AuditEvent.Actor

    package init(
        _ filter: ConversationFilter = .init(),
        keep: Int? = nil,
        deletedBefore: Timestamp? = nil,
        reason: Removal.Reason = .asked,
        by actor: AuditEvent.Actor
    ) {
        self.filter = filter
        self.keep = keep
        self.deletedBefore = deletedBefore
        self.reason = reason
        self.actor = actor
    }

    /// Whether nothing is said of which conversations are meant; to keep none is to mean all.
    package var isUnlimited: Bool {
        filter.isUnlimited && (keep ?? 0) == 0 && deletedBefore == nil && conversations == nil
    }

    /// How many conversations can be named at once.
    package static let mostConversations = 1000
}

extension ParleyError {
    /// A prune that says nothing of what it is to take.
    package static let removesEverything = ParleyError(
        .missingParameter,
        "Say which conversations: prune never runs without a condition.",
        parameter: "filter"
    )
}
