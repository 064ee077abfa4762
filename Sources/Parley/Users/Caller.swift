/// Who makes a request.
package struct Caller: Sendable {
    package var user: User
    /// The key that was shown; `nil` on the socket, and on a server without keys.
    package var key: APIKey.ID?
    /// May administer: on the local socket, or with a key of an administrator.
    package var administers: Bool
    /// The public part of the key.
    package var handle: String?
    /// Who acts for the user; `nil` when the user does.
    package var administrator: String?
    /// What the key may do; `nil` for everything its user may.
    package var scopes: KeyScopes?
    /// How often keys had changed when this one was looked up.
    package var keyChanges = 0
    /// When the key ends.
    package var expiresAt: Timestamp?

    package init(
        user: User,
        key: APIKey.ID?,
        administers: Bool,
        handle: String? = nil,
        administrator: String? = nil
    ) {
        self.user = user
        self.key = key
        self.administers = administers
        self.handle = handle
        self.administrator = administrator
    }

    /// Who is named in the audit log.
    package var actor: AuditEvent.Actor { .init(user: administrator ?? user.name, key: handle) }
}
