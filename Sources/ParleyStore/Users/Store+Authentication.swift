package import Parley
import Synchronization

extension Store {
    package func authenticate(_ key: Secret) throws -> Caller {
        let text = KeyText(key.revealed)
        let now = Timestamp.now.milliseconds
        let changes = keys.withLock(\.changes)
        let found = try database.read { connection in
            try connection.row(Self.selectKeyForCaller, .integer(now), .text(text?.handle ?? ""), decode: Self.found)
        }
        let digest = text?.digest ?? Self.digest(Array(key.revealed.utf8))
        guard let found, Self.areEqual(found.digest, digest) else {
            throw ParleyError(.invalidKey, "Incorrect API key provided.")
        }
        if let end = found.end { throw end.error }
        noteUse(of: found.key, lastUsed: found.lastUsed, now: now)
        var caller = Caller(
            user: found.user,
            key: found.key,
            administers: found.user.role == .admin && found.scopes?.allows([.admin]) != false,
            handle: text?.handle
        )
        caller.keyChanges = changes
        caller.scopes = found.scopes
        caller.expiresAt = found.expiresAt
        return caller
    }

    package func mayGoOn(_ caller: Caller) throws -> Bool {
        guard let key = caller.key else { return true }
        let now = Timestamp.now
        if let end = caller.expiresAt, end <= now { return false }
        guard keys.withLock(\.changes) != caller.keyChanges else { return true }
        let found = try database.read { connection in
            try connection.row(Self.selectKeyInForce, .integer(key.rawValue), .integer(now.milliseconds)) {
                try $0.integer(0)
            }
        }
        return found != nil
    }

    static let selectKeyInForce = """
        SELECT api_key.id
        FROM api_key
        JOIN person ON person.id = api_key.person_id
        WHERE api_key.id = ?
        AND api_key.revoked_at IS NULL
        AND person.disabled_at IS NULL
        AND (api_key.expires_at IS NULL OR api_key.expires_at > ?)
        """

    static let selectKeyForCaller = """
        SELECT api_key.id, api_key.digest, api_key.last_used_at, person.id, person.name, person.role, person.created_at,
            api_key.scopes, api_key.expires_at,
            CASE
                WHEN api_key.revoked_at IS NOT NULL THEN 'revoked'
                WHEN api_key.expires_at <= ? THEN 'expired'
                WHEN person.disabled_at IS NOT NULL THEN 'disabled'
            END
        FROM api_key
        JOIN person ON person.id = api_key.person_id
        WHERE api_key.handle = ?
        """

    private struct Found {
        var key: APIKey.ID
        var digest: [UInt8]
        var lastUsed: Int64?
        var user: User
        var scopes: KeyScopes?
        var expiresAt: Timestamp?
        var end: EndedKey?
    }

    private static func found(_ row: any Row) throws -> Found {
        Found(
            key: APIKey.ID(try row.integer(0)),
            digest: try row.blob(1),
            lastUsed: try row.integerOrNil(2),
            user: User(
                id: .init(try row.integer(3)),
                name: try row.text(4),
                role: User.Role(rawValue: try row.text(5)) ?? .user,
                createdAt: .init(milliseconds: try row.integer(6)),
                disabled: false
            ),
            scopes: KeyRow.scopes(try row.textOrNil(7)),
            expiresAt: try row.integerOrNil(8).map(Timestamp.init(milliseconds:)),
            end: try row.textOrNil(9).map(end)
        )
    }

    private static func end(_ name: String) -> EndedKey {
        switch name {
        case "revoked": .revoked
        case "expired": .expired
        default: .disabledUser
        }
    }

    /// Compares in a time that does not depend on where two digests differ.
    private static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Kept at most once a minute for each key.
    private func noteUse(of key: APIKey.ID, lastUsed: Int64?, now: Int64) {
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
