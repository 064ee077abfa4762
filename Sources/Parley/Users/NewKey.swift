/// A key that is to be made.
package struct NewKey: Sendable {
    package var owner: User.ID
    package var label: String
    /// `nil` allows everything its user may do.
    package var scopes: KeyScopes?
    package var expiresAt: Timestamp?

    package init(owner: User.ID, label: String = "", scopes: KeyScopes? = nil, expiresAt: Timestamp? = nil) {
        self.owner = owner
        self.label = label
        self.scopes = scopes
        self.expiresAt = expiresAt
    }
}
