package import Parley

/// How letters stand in the table of idempotency keys: what is known by its key and carried out once is the same thing.
private enum InboxRow {
    /// The states of a letter, in the column of an answer's status.
    enum State: Int64 {
        case waiting = 202
        /// Its change was made; its answer is still owed.
        case applied = 206
        case handled = 200
    }

    /// No header can hold this character, so no client's key is mistaken for a letter.
    static let separator = "\u{1F}"

    static func text(_ key: InboxLetter.Key) -> String { key.source + separator + key.id }

    /// - Returns: whether the letter was in that state.
    static func move(
        _ key: InboxLetter.Key,
        from states: [State],
        to state: State,
        of owner: User.ID,
        _ connection: any Connection
    ) throws -> Bool {
        let marks = states.map { _ in "?" }.joined(separator: ", ")
        let changed = try connection.run(
            "UPDATE idempotency SET status = ? WHERE person_id = ? AND key = ? AND status IN (\(marks))",
            [.integer(state.rawValue), .integer(owner.rawValue), .text(text(key))]
                + states.map { .integer($0.rawValue) }
        )
        return changed == 1
    }
}

extension Store: InboxStore {
    package func receive(_ letter: InboxLetter, of owner: User.ID) async throws -> Bool {
        try await database.write(.turn) { connection in
            let key = InboxRow.text(letter.key)
            try connection.run(
                """
                INSERT INTO idempotency (person_id, key, fingerprint, status, response, created_at)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (person_id, key) DO NOTHING
                """,
                .integer(owner.rawValue),
                .text(key),
                .blob(Self.digest(Array(key.utf8))),
                .integer(InboxRow.State.waiting.rawValue),
                .text(letter.body),
                .integer(Timestamp.now.milliseconds)
            )
            return try Self.isWaiting(letter.key, of: owner, connection)
        }
    }

    package func isWaiting(_ key: InboxLetter.Key, of owner: User.ID) throws -> Bool {
        try database.read { try Self.isWaiting(key, of: owner, $0) }
    }

    private static func isWaiting(
        _ key: InboxLetter.Key,
        of owner: User.ID,
        _ connection: any Connection
    ) throws -> Bool {
        let status = try connection.row(
            "SELECT status FROM idempotency WHERE person_id = ? AND key = ?",
            .integer(owner.rawValue),
            .text(InboxRow.text(key))
        ) { try $0.integer(0) }
        return status.map { $0 != InboxRow.State.handled.rawValue } ?? false
    }

    package func waiting(from source: String, of owner: User.ID) throws -> [InboxLetter] {
        let prefix = source + InboxRow.separator
        return try database.read { connection in
            try connection.rows(
                """
                SELECT key, response
                FROM idempotency
                WHERE person_id = ?
                AND key > ?
                AND key < ?
                AND status <> ?
                ORDER BY created_at, key
                LIMIT 1000
                """,
                .integer(owner.rawValue),
                .text(prefix),
                .text(source + " "),
                .integer(InboxRow.State.handled.rawValue)
            ) { row in
                let id = String(try row.text(0).dropFirst(prefix.count))
                return InboxLetter(key: .init(source: source, id: id), body: try row.textOrNil(1) ?? "")
            }
        }
    }

    package func settle(_ key: InboxLetter.Key, of owner: User.ID) async throws {
        try await database.write(.turn) { connection in
            guard
                try InboxRow.move(key, from: [.waiting, .applied], to: .handled, of: owner, connection)
            else { return }
            try connection.run(
                "UPDATE idempotency SET response = '' WHERE person_id = ? AND key = ?",
                .integer(owner.rawValue),
                .text(InboxRow.text(key))
            )
        }
    }

    package func apply(
        _ change: InboxChange,
        to conversation: Conversation.ID,
        for key: InboxLetter.Key,
        of owner: User.ID
    ) async throws {
        let hasher = try hasher(of: owner)
        try await database.write(.turn) { connection in
            guard try InboxRow.move(key, from: [.waiting], to: .applied, of: owner, connection) else { return }
            if change.startsOver { try Self.startOver(conversation, of: owner, connection) }
            let head = try Self.head(conversation, owner, connection)
            if let instructions = change.instructions {
                let all = [head.settings.instructions, instructions].compactMap(\.self).joined(separator: "\n\n")
                try connection.run(
                    "UPDATE conversation SET instructions = ? WHERE id = ?",
                    .text(all),
                    .integer(head.row)
                )
            }
            guard !change.items.isEmpty else { return }
            let writer = ItemWriter(connection: connection, hasher: hasher, conversation: head.row, endUser: nil)
            try writer.nameConversation(after: change.items.map(\.content), unless: head.tip != nil)
            _ = try writer.appendAtTip(change.items, behind: head.tip)
        }
    }
}
