package import Parley

extension Store: KeepingStore {
    package func survey(_ request: RemovalRequest, of owner: User.ID?) async throws -> RemovalSurvey {
        var totals: [User.ID: RemovalCounts] = [:]
        var total = RemovalCounts()
        for candidate in try await candidates(request, owner) {
            totals[candidate.owner, default: .init()] += candidate.counts
            total += candidate.counts
        }
        let names = Dictionary(try users().map { ($0.id, $0.name) }) { first, _ in first }
        let users = totals.map { (name: names[$0.key] ?? "", counts: $0.value) }.sorted { $0.name < $1.name }
        return RemovalSurvey(total: total, users: users)
    }

    package func remove(
        _ request: RemovalRequest,
        of owner: User.ID?,
        _ tell: WorkListener
    ) async throws -> Removal {
        guard !request.isUnlimited else { throw ParleyError.removesEverything }
        return try await keeping.pass {
            let found = try await candidates(request, owner)
            database.makeRoom()
            let number = try await begin(request, owner, found)
            try await mark(found, number, request)
            return try await finish(number, of: found.count, tell)
        }
    }

    private func candidates(
        _ request: RemovalRequest,
        _ owner: User.ID?
    ) async throws -> [RemovalSearch.Candidate] {
        let search = RemovalSearch(request: request, owner: owner, dialect: database.dialect)
        let newest = try await newest(request, owner)
        var found: [RemovalSearch.Candidate] = []
        var last: Int64 = 0
        while true {
            let (page, end) = try await database.readLong { [last] connection in
                let end = try search.end(after: last, connection)
                guard let end else { return ([RemovalSearch.Candidate](), Int64?.none) }
                return (try search.candidates(after: last, to: end, but: newest, connection), end)
            }
            guard let end else { return found }
            found += try await weighed(page, request.filter)
            last = end
        }
    }

    private func weighed(
        _ candidates: [RemovalSearch.Candidate],
        _ filter: ConversationFilter
    ) async throws -> [RemovalSearch.Candidate] {
        let weights = try await weigh(candidates.map(\.row))
        return candidates.compactMap { candidate in
            guard let weight = weights[candidate.row], filter.takes(weight) else { return nil }
            var candidate = candidate
            candidate.counts = RemovalCounts(weight)
            return candidate
        }
    }

    /// What is left of each user for being the newest.
    private func newest(_ request: RemovalRequest, _ owner: User.ID?) async throws -> Set<Int64> {
        guard let keep = request.keep else { return [] }
        var newest: Set<Int64> = []
        for user in try owner.map({ [$0] }) ?? users().map(\.id) {
            newest.formUnion(try await database.readLong { try RemovalSearch.newest(keep, of: user, $0) })
        }
        return newest
    }

    /// Writes down what is about to be done, before anything is.
    private func begin(
        _ request: RemovalRequest,
        _ owner: User.ID?,
        _ found: [RemovalSearch.Candidate]
    ) async throws -> Int64 {
        var total = RemovalCounts()
        for candidate in found { total += candidate.counts }
        let planned = total
        let id = Removal.ID.random()
        let name = try owner.flatMap { owner in try users().first { $0.id == owner }?.name }
        return try await database.write(.maintenance) { connection in
            let number = try RemovalRow.insert(id, request, of: owner, connection)
            var details = JSON.Object()
            details["prune"] = .string(id.text)
            details["reason"] = .string(request.reason.rawValue)
            details["conversations"] = JSON(planned.conversations)
            details["items"] = JSON(planned.items)
            details["bytes"] = JSON(planned.bytes)
            try Self.audit(
                AuditEvent(.pruned, by: request.actor, subject: name ?? "", details: details),
                connection
            )
            return number
        }
    }

    /// From here on the conversations are seen by nobody, and a crash does not bring them back.
    private func mark(
        _ found: [RemovalSearch.Candidate],
        _ number: Int64,
        _ request: RemovalRequest
    ) async throws {
        let isWanted = request.deletedBefore == nil ? "pinned = 0" : "deleted_at IS NOT NULL"
        for start in stride(from: 0, to: found.count, by: 200) {
            let slice = found[start..<min(start + 200, found.count)]
            try await database.write(.maintenance) { connection in
                for candidate in slice {
                    try connection.run(
                        """
                        UPDATE conversation
                        SET removal_id = ?, deleted_at = coalesce(deleted_at, ?), source = NULL, source_id = NULL
                        WHERE id = ?
                        AND updated_at = ?
                        AND coalesce(touched_at, 0) = ?
                        AND \(isWanted)
                        AND \(RemovalSearch.isFree(for: request))
                        """,
                        .integer(number),
                        .integer(Timestamp.now.milliseconds),
                        .integer(candidate.row),
                        .integer(candidate.updatedAt),
                        .integer(candidate.touchedAt)
                    )
                }
            }
        }
    }
}

extension Store {
    /// Removes what is marked, writes the end into the report, and gives the space back.
    ///
    /// What a process left is given up again when its task is cancelled; what somebody waits for is carried out.
    private func finish(
        _ number: Int64,
        of total: Int? = nil,
        canBeCancelled: Bool = false,
        _ tell: WorkListener = { _ in }
    ) async throws -> Removal {
        let dialect = database.dialect
        var done = 0
        while let row = try next(of: number) {
            await tell(WorkProgress(.conversations, done: done, of: total))
            done += 1
            var isDone = false
            while !isDone {
                if canBeCancelled { try Task.checkCancellation() }
                isDone = try await database.write(.maintenance) { connection in
                    let purge = Purge(connection: connection, dialect: dialect, conversation: row, fate: .detach)
                    let (counts, isDone) = try purge.slice()
                    try RemovalRow.add(counts, to: "removal", number, connection)
                    return isDone
                }
            }
        }
        let removal = try await database.write(.maintenance) { connection in
            try connection.run(
                "UPDATE removal SET finished_at = ? WHERE id = ?",
                .integer(Timestamp.now.milliseconds),
                .integer(number)
            )
            return try RemovalRow.find(number, connection)
        }
        // What goes by itself goes each hour: its words leave the index when that is due, within a day.
        if removal.counts.conversations > 0 {
            try await leaveFiles(compacts: removal.reason == .asked, tell)
        } else {
            try await noteEmptied()
        }
        return try database.read { try RemovalRow.find(number, $0) }
    }

    private func next(of removal: Int64) throws -> Int64? {
        try database.read { connection in
            try connection.row(
                "SELECT id FROM conversation WHERE removal_id = ? LIMIT 1",
                .integer(removal)
            ) { try $0.integer(0) }
        }
    }

    package func resumeRemovals() async throws {
        // Whoever is in at the gate finishes his own; what is unfinished then was left.
        try await keeping.pass {
            let unfinished = try database.read { connection in
                try connection.rows("SELECT id FROM removal WHERE finished_at IS NULL ORDER BY id") {
                    try $0.integer(0)
                }
            }
            for number in unfinished { _ = try await finish(number, canBeCancelled: true) }
            try await resumeErasures()
            if try database.read(Self.hasUnemptied) { try await leaveFiles(compacts: false) { _ in } }
        }
    }

    package func removals(of owner: User.ID?, after: Removal.ID?, limit: Int) throws -> Page<Removal> {
        let found = try database.read { connection in
            var condition = owner == nil ? "1 = 1" : "removal.person_id = ?"
            var values: [Value] = owner.map { [.integer($0.rawValue)] } ?? []
            if let after {
                let sql = "SELECT removal.id FROM removal WHERE \(condition) AND removal.public_id = ?"
                let row = try connection.rows(sql, values + [.blob(after.bytes)]) { try $0.integer(0) }.first
                guard let row else { throw ParleyError.notFound("Prune", after.text) }
                condition += " AND removal.id < ?"
                values.append(.integer(row))
            }
            return try connection.rows(
                """
                SELECT \(RemovalRow.columns)
                FROM removal
                WHERE \(condition)
                ORDER BY removal.id DESC
                LIMIT ?
                """,
                values + [.integer(limit + 1)],
                RemovalRow.removal
            )
        }
        return Page(elements: Array(found.prefix(limit)), hasMore: found.count > limit)
    }
}
