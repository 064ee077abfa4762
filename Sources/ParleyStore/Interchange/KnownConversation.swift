import Parley

/// A conversation that is there, as an import goes on with it.
///
/// Numbers of rows are given out again once a conversation is removed, so its id is looked at too.
struct KnownConversation: Hashable, Sendable {
    let row: Int64
    let id: Conversation.ID
    let owner: User.ID

    /// Somebody began to remove it: what is still there of it says nothing, and nothing is added.
    struct Gone: Error {}

    func isThere(_ connection: any Connection) throws -> Bool {
        try connection.row(
            """
            SELECT 1
            FROM conversation
            WHERE id = ?
            AND person_id = ?
            AND public_id = ?
            AND removal_id IS NULL
            """,
            .integer(row),
            .integer(owner.rawValue),
            .blob(id.bytes)
        ) { try $0.integer(0) } != nil
    }

    /// Reads something of it, in the snapshot in which it is whole.
    ///
    /// - Throws: ``Gone``.
    func read<Value>(_ database: any Database, _ job: (any Connection) throws -> Value) throws -> Value {
        try database.read { connection in
            guard try isThere(connection) else { throw Gone() }
            return try job(connection)
        }
    }
}
