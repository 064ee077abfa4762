/// Where users and their keys are kept.
///
/// Every change is in the audit log, in the commit that makes it.
package protocol UserStore: Sendable {
    /// - Throws: ``ParleyError/Code/conflict`` when the name is taken, ``ParleyError/Code/invalidValue`` when it is not
    ///   1 to 64 letters, digits, `.`, `_`, `@` or `-`.
    func addUser(_ name: String, role: User.Role, by actor: AuditEvent.Actor) async throws -> User

    /// Changes a user; the keys of one who is disabled let nobody in any more, from the next request on.
    ///
    /// - Throws: ``ParleyError/Code/notFound``; ``ParleyError/Code/invalidValue`` for the local user, who stays what it is.
    func updateUser(_ name: String, _ change: UserChange, by actor: AuditEvent.Actor) async throws -> User

    func user(named name: String) throws -> User

    func users() throws -> [User]

    /// Makes a key and returns it with its secret, which is nowhere else.
    func createKey(_ new: NewKey, by actor: AuditEvent.Actor) async throws -> (key: APIKey, secret: Secret)

    /// Makes a key that does what another one does, which ends after `overlap`.
    ///
    /// - Throws: ``ParleyError/Code/notFound`` also for a key that has ended.
    func rotateKey(
        _ handle: String,
        overlap: Duration,
        by actor: AuditEvent.Actor
    ) async throws -> (key: APIKey, secret: Secret)

    /// The key of that handle. - Throws: ``ParleyError/Code/notFound``.
    func key(_ handle: String) throws -> APIKey

    /// Every key, or those of one user, newest first.
    func keys(of user: User.ID?) throws -> [APIKey]

    /// Ends a key at once.
    ///
    /// - Returns: the key.
    /// - Throws: ``ParleyError/Code/notFound``.
    @discardableResult
    func revokeKey(_ handle: String, by actor: AuditEvent.Actor) async throws -> APIKey

    /// Whose key this is.
    ///
    /// Costs one hash and one lookup, also for a key that does not exist.
    /// - Throws: ``ParleyError/Code/invalidKey``, one message for every reason.
    func authenticate(_ key: Secret) throws -> Caller

    /// Whether a key was ever made: from then on the server asks for one.
    ///
    /// Also when all are revoked: ending the last key must not open the server to everyone on the machine.
    func hasKeys() throws -> Bool
}

extension UserStore {
    /// What the server itself does.
    package func addUser(_ name: String, role: User.Role) async throws -> User {
        try await addUser(name, role: role, by: .server)
    }

    package func createKey(for user: User.ID, label: String) async throws -> (key: APIKey, secret: Secret) {
        try await createKey(NewKey(owner: user, label: label), by: .server)
    }

    package func revokeKey(_ handle: String) async throws {
        try await revokeKey(handle, by: .server)
    }
}
