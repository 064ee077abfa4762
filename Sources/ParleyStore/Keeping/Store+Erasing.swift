package import Parley
import Synchronization

extension Store {
    package func erase(
        _ name: String,
        by actor: AuditEvent.Actor,
        stopTurns: @Sendable (User.ID) async -> Void,
        tell: WorkListener
    ) async throws -> Erasure {
        let user = try user(named: name)
        database.makeRoom()
        let row = try await begin(user, by: actor)
        forgetHasher(of: user.id)
        keys.withLock { $0.change() }
        await stopTurns(user.id)
        unrecorded.forget(user.id)
        return try await keeping.pass { try await finish(row, user.id, tell) }
    }

    /// Nothing can be begun for the person any more, and the hashes of what was said mean nothing from here on.
    private func begin(_ user: User, by actor: AuditEvent.Actor) async throws -> Int64 {
        try await database.write(.turn) { connection in
            let now = Value.integer(Timestamp.now.milliseconds)
            let id = Identifier<Erasure>.random()
            let keyCount = try connection.run("DELETE FROM api_key WHERE person_id = ?", .integer(user.id.rawValue))
            try connection.run(
                "UPDATE person SET disabled_at = ?, hash_key = NULL WHERE id = ?",
                now,
                .integer(user.id.rawValue)
            )
            let known = try connection.row(
                "SELECT id FROM erasure WHERE person_id = ? AND finished_at IS NULL",
                .integer(user.id.rawValue)
            ) { try $0.integer(0) }
            if let known { return known }
            let row = try connection.row(
                """
                INSERT INTO erasure (public_id, person_id, conversations, items, turns, tokens, bytes, keys, started_at)
                VALUES (?, ?, 0, 0, 0, 0, 0, ?, ?)
                RETURNING id
                """,
                .blob(id.bytes),
                .integer(user.id.rawValue),
                .integer(keyCount),
                now
            ) { try $0.integer(0) }
            guard let row else { throw ParleyError(.internalError, "No erasure was begun.") }
            try Self.audit(AuditEvent(.erased, by: actor, subject: id.text), connection)
            return row
        }
    }

    private func finish(
        _ row: Int64,
        _ owner: User.ID,
        _ tell: WorkListener = { _ in }
    ) async throws -> Erasure {
        repeat {
            try await removeConversations(of: owner, row, tell)
            await tell(WorkProgress(.turns))
            try await removeTurns(of: owner, row)
            try await removeIdempotency(of: owner)
        } while try await !removePerson(owner, row)
        allowances.take(try await database.write(.maintenance) { [allowances] in try allowances.read($0) })
        try await leaveFiles(tell)
        return try database.read { try ErasureRow.find(row, $0) }
    }

    private func removeConversations(of owner: User.ID, _ erasure: Int64, _ tell: WorkListener) async throws {
        let dialect = database.dialect
        var progress = WorkProgress(.conversations, of: try await conversationCount(of: owner))
        while true {
            let next = try database.read { connection in
                try connection.row(
                    "SELECT id FROM conversation WHERE person_id = ? LIMIT 1",
                    .integer(owner.rawValue)
                ) { try $0.integer(0) }
            }
            guard let next else { return }
            await tell(progress)
            progress.done += 1
            var isDone = false
            while !isDone {
                isDone = try await database.write(.maintenance) { connection in
                    let purge = Purge(connection: connection, dialect: dialect, conversation: next, fate: .delete)
                    let (counts, isDone) = try purge.slice()
                    try RemovalRow.add(counts, to: "erasure", erasure, connection)
                    return isDone
                }
            }
        }
    }

    private func conversationCount(of owner: User.ID) async throws -> Int? {
        try await database.readLong { connection in
            try connection.row(
                "SELECT count(*) FROM conversation WHERE person_id = ?",
                .integer(owner.rawValue)
            ) { Int(try $0.integer(0)) }
        }
    }

    /// The turns of which nothing was recorded, or whose conversations were pruned.
    private func removeTurns(of owner: User.ID, _ erasure: Int64) async throws {
        var last: Int64 = 0
        while true {
            let after = last
            let page = try await database.readLong { connection in
                try connection.rows(
                    "SELECT id, person_id FROM turn WHERE id > ? ORDER BY id LIMIT 20000",
                    .integer(after)
                ) { (row: try $0.integer(0), owner: User.ID(try $0.integer(1))) }
            }
            guard let end = page.last?.row else { return }
            last = end
            let rows = page.filter { $0.owner == owner }.map(\.row)
            for start in stride(from: 0, to: rows.count, by: 50) {
                let slice = Array(rows[start..<min(start + 50, rows.count)])
                try await database.write(.maintenance) { connection in
                    try TurnRow.forget(slice, of: owner, .delete, connection)
                    var counts = RemovalCounts()
                    counts.turns = Int64(slice.count)
                    try RemovalRow.add(counts, to: "erasure", erasure, connection)
                }
            }
        }
    }

    private func removeIdempotency(of owner: User.ID) async throws {
        var hasMore = true
        while hasMore {
            hasMore = try await database.write(.maintenance) { connection in
                try connection.run(
                    """
                    DELETE FROM idempotency
                    WHERE person_id = ?
                    AND key IN (SELECT key FROM idempotency WHERE person_id = ? LIMIT 100)
                    """,
                    .integer(owner.rawValue),
                    .integer(owner.rawValue)
                ) == 100
            }
        }
    }

    /// What holds little for each person; conversations, turns and kept answers go in slices before.
    private static let tablesOfPersons = ["removal", "allowance", "reservation", "spending", "usage_day", "api_key"]

    /// The last step.
    /// - Returns: false when something of theirs has come meanwhile.
    private func removePerson(_ owner: User.ID, _ erasure: Int64) async throws -> Bool {
        try await database.write(.maintenance) { connection in
            let rest = try connection.row(
                "SELECT EXISTS (SELECT 1 FROM conversation WHERE person_id = ?)",
                .integer(owner.rawValue)
            ) { try $0.integer(0) }
            guard rest == 0 else { return false }
            for table in Self.tablesOfPersons {
                try connection.run("DELETE FROM \(table) WHERE person_id = ?", .integer(owner.rawValue))
            }
            try Self.deletePerson(owner, connection)
            try connection.run(
                "UPDATE erasure SET finished_at = ? WHERE id = ?",
                .integer(Timestamp.now.milliseconds),
                .integer(erasure)
            )
            return true
        }
    }
}

extension Store {
    /// The user of the machine itself begins anew: there always is one.
    private static func deletePerson(_ owner: User.ID, _ connection: any Connection) throws {
        try connection.run(
            "UPDATE person SET hash_key = ?, disabled_at = NULL WHERE id = ? AND name = ?",
            .blob(newHashKey()),
            .integer(owner.rawValue),
            .text(User.localName)
        )
        try connection.run(
            "DELETE FROM person WHERE id = ? AND name <> ?",
            .integer(owner.rawValue),
            .text(User.localName)
        )
    }

    /// Goes on with erasures that a process left unfinished.
    func resumeErasures() async throws {
        let unfinished = try database.read { connection in
            try connection.rows("SELECT id, person_id FROM erasure WHERE finished_at IS NULL") {
                (row: try $0.integer(0), owner: User.ID(try $0.integer(1)))
            }
        }
        for (row, owner) in unfinished {
            _ = try await finish(row, owner)
        }
    }

    package func erasures(after: Identifier<Erasure>?, limit: Int) throws -> Page<Erasure> {
        let found = try database.read { connection in
            let last = try after.map { id in
                try connection.row("SELECT id FROM erasure WHERE public_id = ?", .blob(id.bytes)) { try $0.integer(0) }
                    ?? 0
            }
            return try connection.rows(
                "SELECT \(ErasureRow.columns) FROM erasure WHERE id < ? ORDER BY id DESC LIMIT ?",
                .integer(last ?? .max),
                .integer(limit + 1),
                decode: ErasureRow.erasure
            )
        }
        return Page(elements: Array(found.prefix(limit)), hasMore: found.count > limit)
    }
}
