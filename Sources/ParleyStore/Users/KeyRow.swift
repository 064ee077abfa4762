import Parley

/// How rows of the `api_key` table become keys, and what is written of them.
enum KeyRow {
    static let select = """
        SELECT api_key.id, api_key.handle, api_key.person_id, person.name, api_key.label, api_key.created_at,
            api_key.last_used_at, api_key.revoked_at, api_key.expires_at, api_key.scopes
        FROM api_key
        JOIN person ON person.id = api_key.person_id
        """

    static func key(_ row: any Row) throws -> APIKey {
        var key = APIKey(
            id: .init(try row.integer(0)),
            handle: try row.text(1),
            owner: .init(try row.integer(2)),
            ownerName: try row.text(3),
            label: try row.text(4),
            createdAt: .init(milliseconds: try row.integer(5)),
            lastUsedAt: try row.integerOrNil(6).map(Timestamp.init(milliseconds:)),
            revokedAt: try row.integerOrNil(7).map(Timestamp.init(milliseconds:))
        )
        key.expiresAt = try row.integerOrNil(8).map(Timestamp.init(milliseconds:))
        key.scopes = try scopes(row.textOrNil(9))
        return key
    }

    /// The scopes as they are kept; a name that a newer version wrote allows nothing here.
    static func scopes(_ text: String?) -> KeyScopes? {
        text.map { text in
            KeyScopes(Set(text.split(separator: " ").compactMap { KeyScopes.Scope(rawValue: String($0)) }))
        }
    }

    static func find(_ handle: String, _ connection: any Connection) throws -> APIKey? {
        try connection.row(select + " WHERE api_key.handle = ?", .text(handle), decode: key)
    }

    /// Makes a key, which may take the place of the one `before`.
    static func insert(
        _ new: NewKey,
        _ text: KeyText,
        after before: APIKey? = nil,
        _ connection: any Connection
    ) throws -> APIKey {
        try connection.run(
            """
            INSERT INTO api_key (person_id, handle, digest, label, created_at, expires_at, scopes, line_id)
            VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(line_id, id) FROM api_key WHERE id = ?))
            """,
            .integer(new.owner.rawValue),
            .text(text.handle),
            .blob(text.digest),
            .text(new.label),
            .integer(Timestamp.now.milliseconds),
            .integer(new.expiresAt?.milliseconds),
            .text(new.scopes?.names.joined(separator: " ")),
            .integer(before?.id.rawValue)
        )
        guard let key = try find(text.handle, connection) else {
            throw ParleyError(.internalError, "The key could not be read back.")
        }
        return key
    }
}
