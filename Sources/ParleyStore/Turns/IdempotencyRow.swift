package import Parley

/// What is kept for the keys by which clients repeat a request safely.
enum IdempotencyRow {
    /// How long a key is remembered, in milliseconds.
    static let lifetime: Int64 = 24 * 60 * 60 * 1000

    /// The turn that was begun under this key, if it runs or was answered; a failed one may be tried again.
    static func turn(_ key: IdempotencyKey, owner: User.ID, _ connection: any Connection) throws -> Turn.ID? {
        let found = try connection.row(
            """
            SELECT idempotency.fingerprint, turn.public_id,
                CASE WHEN turn.deleted_at IS NULL THEN turn.status ELSE 'deleted' END
            FROM idempotency
            LEFT JOIN turn ON turn.id = idempotency.turn_id
            WHERE idempotency.person_id = ?
            AND idempotency.key = ?
            AND idempotency.created_at > ?
            """,
            .integer(owner.rawValue),
            .text(key.key),
            .integer(Timestamp.now.milliseconds - lifetime)
        ) { (try $0.blob(0), try $0.blobOrNil(1), try $0.textOrNil(2)) }
        guard let (fingerprint, id, status) = found else { return nil }
        guard fingerprint == Store.digest(key.request), let id else { throw reused }
        return ["running", "completed", "incomplete"].contains(status) ? Identifier(bytes: id) : nil
    }

    static func insert(
        _ key: IdempotencyKey,
        owner: User.ID,
        turn: Int64?,
        answer: StoredAnswer? = nil,
        _ connection: any Connection
    ) throws {
        try connection.run(
            """
            INSERT INTO idempotency (person_id, key, fingerprint, turn_id, status, response, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (person_id, key) DO UPDATE
            SET fingerprint = excluded.fingerprint, turn_id = excluded.turn_id, status = excluded.status,
                response = excluded.response, created_at = excluded.created_at
            """,
            .integer(owner.rawValue),
            .text(key.key),
            .blob(Store.digest(key.request)),
            .integer(turn),
            .integer(answer?.status),
            .text(answer?.body),
            .integer(Timestamp.now.milliseconds)
        )
    }

    static var reused: ParleyError {
        ParleyError(
            .idempotencyKeyReused,
            "This Idempotency-Key was used for another request. Choose a new one.",
            parameter: "Idempotency-Key"
        )
    }
}

extension Store {
    package func turn(begunWith key: IdempotencyKey, of owner: User.ID) throws -> Turn.ID? {
        try database.read { try IdempotencyRow.turn(key, owner: owner, $0) }
    }

    package func turn(begunBy request: [UInt8], key: APIKey.ID?, of owner: User.ID) throws -> Turn.ID? {
        try database.read { try TurnRow.begun(by: Self.digest(request), key: key, of: owner, $0) }
    }

    package func answer(to key: IdempotencyKey, of owner: User.ID) throws -> StoredAnswer? {
        let found = try database.read { connection in
            try connection.row(
                """
                SELECT fingerprint, status, response
                FROM idempotency
                WHERE person_id = ?
                AND key = ?
                AND created_at > ?
                """,
                .integer(owner.rawValue),
                .text(key.key),
                .integer(Timestamp.now.milliseconds - IdempotencyRow.lifetime)
            ) { (try $0.blob(0), try $0.integerOrNil(1), try $0.textOrNil(2)) }
        }
        guard let (fingerprint, status, body) = found else { return nil }
        guard fingerprint == Self.digest(key.request), let status, let body else { throw IdempotencyRow.reused }
        return StoredAnswer(status: Int(status), body: body)
    }

    package func keep(_ answer: StoredAnswer, for key: IdempotencyKey, of owner: User.ID) async throws {
        try await database.write(.turn) { connection in
            try IdempotencyRow.insert(key, owner: owner, turn: nil, answer: answer, connection)
        }
    }
}
