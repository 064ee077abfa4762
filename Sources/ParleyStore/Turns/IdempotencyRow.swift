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
        try forgetSubjects(of: key.key, owner, connection)
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
        if let answer { try noteSubjects(of: answer, key.key, owner, connection) }
    }

    static var reused: ParleyError {
        ParleyError(
            .idempotencyKeyReused,
            "This Idempotency-Key was used for another request. Choose a new one.",
            parameter: "Idempotency-Key"
        )
    }
}

extension IdempotencyRow {
    /// More ids than an answer can have: one page of items with what they name.
    private static let mostSubjects = 4_000

    /// Notes which ids an answer shows, so that it goes with what they name.
    private static func noteSubjects(
        of answer: StoredAnswer,
        _ key: String,
        _ owner: User.ID,
        _ connection: any Connection
    ) throws {
        guard let json = try? JSON(parsing: answer.body) else { return }
        var subjects: Set<[UInt8]> = []
        collect(json, &subjects)
        for subject in subjects {
            try connection.run(
                "INSERT INTO idempotency_subject (subject, person_id, key) VALUES (?, ?, ?)",
                .blob(subject),
                .integer(owner.rawValue),
                .text(key)
            )
        }
    }

    private static func collect(_ json: JSON, _ subjects: inout Set<[UInt8]>) {
        guard subjects.count < mostSubjects else { return }
        switch json {
        case .string(let text):
            if text.utf8.count < 80, let id = Identifier<Item>(text) { subjects.insert(id.bytes) }
        case .array(let elements): for element in elements { collect(element, &subjects) }
        case .object(let object): for member in object.members { collect(member.value, &subjects) }
        case .null, .bool, .number: break
        }
    }

    private static func forgetSubjects(of key: String, _ owner: User.ID, _ connection: any Connection) throws {
        try connection.run(
            "DELETE FROM idempotency_subject WHERE person_id = ? AND key = ?",
            .integer(owner.rawValue),
            .text(key)
        )
    }

    /// Takes away the kept answers that show one of these.
    ///
    /// A probe of an index for each.
    static func forgetAnswers(showing subjects: [[UInt8]], _ connection: any Connection) throws {
        guard !subjects.isEmpty else { return }
        let marks = subjects.map { _ in "?" }.joined(separator: ", ")
        try connection.run(
            """
            DELETE FROM idempotency
            WHERE (person_id, key) IN (
                SELECT person_id, key
                FROM idempotency_subject
                WHERE subject IN (\(marks))
            )
            """,
            subjects.map(Value.blob)
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
