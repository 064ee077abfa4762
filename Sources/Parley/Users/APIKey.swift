/// A key that lets a program act for a user.
///
/// The secret itself is shown once and never stored.
package struct APIKey: Sendable, Identifiable {
    package struct ID: Hashable, Sendable {
        package var rawValue: Int64
        package init(_ rawValue: Int64) { self.rawValue = rawValue }
    }

    package var id: ID
    /// The ten characters after `prl_` that name the key in lists.
    package var handle: String
    package var owner: User.ID
    package var ownerName: String
    package var label: String
    package var createdAt: Timestamp
    package var lastUsedAt: Timestamp?
    package var revokedAt: Timestamp?
    package var expiresAt: Timestamp?
    /// `nil` allows everything its user may do.
    package var scopes: KeyScopes?

    /// Whether it lets its user in.
    package func isValid(at now: Timestamp) -> Bool {
        revokedAt == nil && expiresAt.map { $0 > now } ?? true
    }

    package init(
        id: ID,
        handle: String,
        owner: User.ID,
        ownerName: String,
        label: String,
        createdAt: Timestamp,
        lastUsedAt: Timestamp?,
        revokedAt: Timestamp?
    ) {
        self.id = id
        self.handle = handle
        self.owner = owner
        self.ownerName = ownerName
        self.label = label
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
        self.revokedAt = revokedAt
    }
}
