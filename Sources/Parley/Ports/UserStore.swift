/// Where users and their keys are kept.
package protocol UserStore: Sendable {
    /// - Throws: ``ParleyError/Code/conflict`` when the name is taken, ``ParleyError/Code/invalidValue`` when it is not
    ///   1 to 64 letters, digits, `.`, `_`, `@` or `-`.
    func addUser(_ name: String, role: User.Role) async throws -> User

    func user(named name: String) throws -> User

    func users() throws -> [User]

    /// Makes a key and returns it with its secret, which is nowhere else.
    func createKey(for user: User.ID, label: String) async throws -> (key: APIKey, secret: Secret)

    /// Every key, or those of one user, newest first.
    func keys(of user: User.ID?) throws -> [APIKey]

    /// Ends a key at once. - Throws: ``ParleyError/Code/notFound``.
    func revokeKey(_ handle: String) async throws

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
