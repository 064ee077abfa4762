/// Something done that others must be able to find out about later.
package struct AuditEvent: Sendable {
    package var action: Action
    package var actor: Actor
    /// What it was done to: a user's name, a key's handle, a conversation's id; empty for the whole database.
    package var subject: String
    /// Counts, filters, reasons.
    ///
    /// Never what was said, and no secrets.
    package var details: JSON.Object

    package enum Action: String, CaseIterable, Sendable {
        case exported = "export"
        case imported = "import"
        case pruned = "prune"
        case erased = "user.erase"
        case userAdded = "user.add"
        case userChanged = "user.change"
        case keyCreated = "key.create"
        case keyRotated = "key.rotate"
        case keyRevoked = "key.revoke"
        case readForeign = "conversation.read"
        case retentionChanged = "retention.change"
        case budgetChanged = "budget.change"
        case backedUp = "database.backup"
        case restored = "database.restore"
        case vacuumed = "database.vacuum"
        case reindexed = "database.reindex"
        /// Written by a newer version, or by somebody else.
        case unknown

        /// Those that can be asked for.
        package static let named = allCases.filter { $0 != .unknown }
    }

    /// Who did it.
    package struct Actor: Hashable, Sendable {
        /// The user's name; `parley` for what the server does on its schedule.
        package var user: String
        /// The handle of the key that was shown; `nil` on the socket.
        package var key: String?

        package init(user: String, key: String? = nil) {
            self.user = user
            self.key = key
        }

        /// The server itself.
        package static let server = Self(user: "parley")
    }

    package init(_ action: Action, by actor: Actor, subject: String = "", details: JSON.Object = .init()) {
        self.action = action
        self.actor = actor
        self.subject = subject
        self.details = details
    }
}
