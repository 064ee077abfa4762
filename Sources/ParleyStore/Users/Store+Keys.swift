package import Parley
import Synchronization

extension Store {
    package func createKey(for user: User.ID, label: String) async throws -> (key: APIKey, secret: Secret) {
        let text = KeyText.random()
        let key = try await database.write(.turn) { connection in
            try connection.run(
                """
                INSERT INTO api_key (person_id, handle, digest, label, created_at)
                VALUES (?, ?, ?, ?, ?)
                """,
                .integer(user.rawValue),
                .text(text.handle),
                .blob(text.digest),
                .text(label),
                .integer(Timestamp.now.milliseconds)
            )
            return try connection.row(
                Self.selectKey + " WHERE api_key.handle = ?",
                .text(text.handle),
                decode: Self.key
            )
        }
        keys.withLock { $0.change() }
        guard let key else { throw ParleyError(.internalError, "The key could not be read back.") }
        return (key, Secret(text.text))
    }

    package func keys(of user: User.ID?) throws -> [APIKey] {
        try database.read { connection in
            guard let user else {
                return try connection.rows(Self.selectKey + " ORDER BY api_key.id DESC", decode: Self.key)
            }
            return try connection.rows(
                Self.selectKey + " WHERE api_key.person_id = ? ORDER BY api_key.id DESC",
                .integer(user.rawValue),
                decode: Self.key
            )
        }
    }

    package func revokeKey(_ handle: String) async throws {
        let changed = try await database.write(.turn) { connection in
            try connection.run(
                "UPDATE api_key SET revoked_at = ? WHERE handle = ? AND revoked_at IS NULL",
                .integer(Timestamp.now.milliseconds),
                .text(handle)
            )
        }
        keys.withLock { $0.change() }
        guard changed == 1 else { throw ParleyError.notFound("Key", handle) }
    }

    package func hasKeys() throws -> Bool {
        let known = keys.withLock { $0 }
        if let exist = known.exist { return exist }
        let exist = try database.read { connection in
            try connection.row("SELECT 1 FROM api_key WHERE revoked_at IS NULL LIMIT 1") { try $0.integer(0) } != nil
        }
        keys.withLock { if $0.changes == known.changes { $0.exist = exist } }
        return exist
    }

    private static let selectKey = """
        SELECT api_key.id, api_key.handle, api_key.person_id, person.name, api_key.label, api_key.created_at,
            api_key.last_used_at, api_key.revoked_at
        FROM api_key
        JOIN person ON person.id = api_key.person_id
        """

    private static func key(_ row: any Row) throws -> APIKey {
        APIKey(
            id: .init(try row.integer(0)),
            handle: try row.text(1),
            owner: .init(try row.integer(2)),
            ownerName: try row.text(3),
            label: try row.text(4),
            createdAt: .init(milliseconds: try row.integer(5)),
            lastUsedAt: try row.integerOrNil(6).map(Timestamp.init(milliseconds:)),
            revokedAt: try row.integerOrNil(7).map(Timestamp.init(milliseconds:))
        )
    }
}

extension Store {
    package func authenticate(_ key: Secret) throws -> Caller {
        let text = KeyText(key.revealed)
        let found = try database.read { connection in
            try connection.row(Self.selectKeyForCaller, .text(text?.handle ?? "")) { row in
                (
                    key: APIKey.ID(try row.integer(0)), digest: try row.blob(1), lastUsed: try row.integerOrNil(2),
                    user: User(
                        id: .init(try row.integer(3)),
                        name: try row.text(4),
                        role: User.Role(rawValue: try row.text(5)) ?? .user,
                        createdAt: .init(milliseconds: try row.integer(6)),
                        disabled: false
                    )
                )
            }
        }
        let digest = text?.digest ?? Self.digest(Array(key.revealed.utf8))
        guard let found, Self.areEqual(found.digest, digest) else {
            throw ParleyError(.invalidKey, "Incorrect API key provided.")
        }
        noteUse(of: found.key, lastUsed: found.lastUsed)
        return Caller(
            user: found.user,
            key: found.key,
            administers: found.user.role == .admin,
            handle: text?.handle
        )
    }

    static let selectKeyForCaller = """
        SELECT api_key.id, api_key.digest, api_key.last_used_at, person.id, person.name, person.role, person.created_at
        FROM api_key
        JOIN person ON person.id = api_key.person_id
        WHERE api_key.handle = ?
        AND api_key.revoked_at IS NULL
        AND person.disabled_at IS NULL
        """

    /// Compares in a time that does not depend on where two digests differ.
    private static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Kept at most once a minute for each key.
    private func noteUse(of key: APIKey.ID, lastUsed: Int64?) {
        let now = Timestamp.now.milliseconds
        guard now - (lastUsed ?? 0) > 60_000 else { return }
        database.enqueue(.maintenance) { connection in
            try connection.run(
                "UPDATE api_key SET last_used_at = ? WHERE id = ?",
                .integer(now),
                .integer(key.rawValue)
            )
        }
    }
}

/// Whether any key is in force, so that not every request without one has to ask.
struct KnownKeys {
    /// `nil` until somebody asked.
    ///
    /// Only this process changes keys.
    var exist: Bool?
    /// Tells an answer that was read before a change from one read after it.
    private(set) var changes = 0

    mutating func change() {
        exist = nil
        changes += 1
    }
}
