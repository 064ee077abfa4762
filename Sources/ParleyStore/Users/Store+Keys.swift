package import Parley
import Synchronization

extension Store {
    package func createKey(
        _ new: NewKey,
        by actor: AuditEvent.Actor
    ) async throws -> (key: APIKey, secret: Secret) {
        let text = KeyText.random()
        let key = try await database.write(.turn) { connection in
            let key = try KeyRow.insert(new, text, connection)
            try Self.audit(AuditEvent(.keyCreated, by: actor, subject: key.handle, details: key.details), connection)
            return key
        }
        keys.withLock { $0.change() }
        return (key, Secret(text.text))
    }

    package func rotateKey(
        _ handle: String,
        overlap: Duration,
        by actor: AuditEvent.Actor
    ) async throws -> (key: APIKey, secret: Secret) {
        let text = KeyText.random()
        let now = Timestamp.now
        let (key, read) = try await database.write(.turn) { [allowances] connection in
            guard let old = try KeyRow.find(handle, connection), old.isValid(at: now) else {
                throw ParleyError.notFound("Key", handle)
            }
            let key = try KeyRow.insert(old.successor(at: now), text, after: old, connection)
            try Self.copyAllowance(from: old, to: key, connection)
            try Self.end(old, at: now.adding(overlap), now: now, connection)
            let event = AuditEvent(.keyRotated, by: actor, subject: handle, details: key.details)
            try Self.audit(event, connection)
            return (key, try allowances.read(connection))
        }
        allowances.take(read)
        keys.withLock { $0.change() }
        return (key, Secret(text.text))
    }

    /// Lets a key end at a time, or at once when that has come.
    private static func end(_ key: APIKey, at end: Timestamp, now: Timestamp, _ connection: any Connection) throws {
        guard end > now else {
            try connection.run(
                "UPDATE api_key SET revoked_at = ? WHERE id = ?",
                .integer(now.milliseconds),
                .integer(key.id.rawValue)
            )
            return
        }
        try connection.run(
            "UPDATE api_key SET expires_at = ? WHERE id = ? AND (expires_at IS NULL OR expires_at > ?)",
            .integer(end.milliseconds),
            .integer(key.id.rawValue),
            .integer(end.milliseconds)
        )
    }

    private static func copyAllowance(from old: APIKey, to new: APIKey, _ connection: any Connection) throws {
        try connection.run(
            """
            INSERT INTO allowance (person_id, api_key_id, measure, amount)
            SELECT person_id, ?, measure, amount
            FROM allowance
            WHERE person_id = ?
            AND api_key_id = ?
            """,
            .integer(new.id.rawValue),
            .integer(old.owner.rawValue),
            .integer(old.id.rawValue)
        )
    }

    package func key(_ handle: String) throws -> APIKey {
        guard let key = try database.read({ try KeyRow.find(handle, $0) }) else {
            throw ParleyError.notFound("Key", handle)
        }
        return key
    }

    package func keys(of user: User.ID?) throws -> [APIKey] {
        try database.read { connection in
            guard let user else {
                return try connection.rows(KeyRow.select + " ORDER BY api_key.id DESC", decode: KeyRow.key)
            }
            return try connection.rows(
                KeyRow.select + " WHERE api_key.person_id = ? ORDER BY api_key.id DESC",
                .integer(user.rawValue),
                decode: KeyRow.key
            )
        }
    }

    @discardableResult
    package func revokeKey(_ handle: String, by actor: AuditEvent.Actor) async throws -> APIKey {
        let key = try await database.write(.turn) { connection in
            let changed = try connection.run(
                "UPDATE api_key SET revoked_at = ? WHERE handle = ? AND revoked_at IS NULL",
                .integer(Timestamp.now.milliseconds),
                .text(handle)
            )
            guard changed == 1, let key = try KeyRow.find(handle, connection) else {
                throw ParleyError.notFound("Key", handle)
            }
            try Self.audit(AuditEvent(.keyRevoked, by: actor, subject: handle, details: key.details), connection)
            return key
        }
        keys.withLock { $0.change() }
        return key
    }

    package func hasKeys() throws -> Bool {
        let known = keys.withLock { $0 }
        if let exist = known.exist { return exist }
        let exist = try database.read { connection in
            // The keys of somebody who was erased are gone, and were made all the same.
            try connection.row(
                "SELECT 1 FROM api_key UNION ALL SELECT 1 FROM erasure WHERE keys > 0 LIMIT 1"
            ) { try $0.integer(0) } != nil
        }
        keys.withLock { if $0.changes == known.changes { $0.exist = exist } }
        return exist
    }
}

extension APIKey {
    /// What the audit log says of it.
    fileprivate var details: JSON.Object {
        JSON.Object([
            .init(name: "user", value: .string(ownerName)), .init(name: "key", value: .string(handle)),
            .init(name: "label", value: .string(label)),
            .init(name: "scopes", value: scopes.map { .array($0.names.map(JSON.string)) } ?? .null),
            .init(name: "expires_at", value: expiresAt.map { JSON($0.seconds) } ?? .null),
        ])
    }

    /// The key that comes after it: it lasts as long as this one was meant to.
    fileprivate func successor(at now: Timestamp) -> NewKey {
        let lifetime = expiresAt.map { $0.milliseconds - createdAt.milliseconds }
        return NewKey(
            owner: owner,
            label: label,
            scopes: scopes,
            expiresAt: lifetime.map { Timestamp(milliseconds: now.milliseconds + $0) }
        )
    }
}

/// Whether a key was ever made, so that not every request without one has to ask.
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
