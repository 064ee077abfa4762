package import Parley

extension Store {
    package func enforce(_ policy: RetentionPolicy) async throws -> [Removal] {
        try await note(policy)
        let now = Timestamp.now
        var removals: [Removal] = []
        for (request, owner) in try rules(of: policy, now) {
            let survey = try await survey(request, of: owner)
            guard survey.total.conversations > 0 else { continue }
            removals.append(try await remove(request, of: owner))
        }
        if let limit = policy.usage.duration {
            try await forgetTurns(before: now.before(limit))
            try await forgetDays(before: now.before(limit))
        }
        return removals
    }

    /// Writes into the audit log that the policy is another one than it was.
    private func note(_ policy: RetentionPolicy) async throws {
        let text = JSON.object(policy.json).text
        try await database.write(.maintenance) { connection in
            let known = try connection.row("SELECT policy FROM retention_policy WHERE id = 1") { try $0.text(0) }
            guard known != text else { return }
            try connection.run(
                """
                INSERT INTO retention_policy (id, policy)
                VALUES (1, ?)
                ON CONFLICT (id) DO UPDATE
                SET policy = excluded.policy
                """,
                .text(text)
            )
            try Self.audit(AuditEvent(.retentionChanged, by: .server, details: policy.json), connection)
        }
    }

    /// What the policy asks for, each conversation in one of them at most.
    private func rules(
        of policy: RetentionPolicy,
        _ now: Timestamp
    ) throws -> [(RemovalRequest, User.ID?)] {
        func request(idleFor limit: RetentionPolicy.Limit) -> RemovalRequest? {
            guard let duration = limit.duration else { return nil }
            var filter = ConversationFilter()
            filter.updatedBefore = now.before(duration)
            return RemovalRequest(filter, reason: .retention, by: .server)
        }
        var rules: [(RemovalRequest, User.ID?)] = []
        for (tag, limit) in policy.tags.sorted(by: { $0.key < $1.key }) {
            guard var rule = request(idleFor: limit) else { continue }
            rule.filter.tags = [tag]
            rule.exceptTags = policy.tags.filter { $0.value > limit }.map(\.key).sorted()
            rules.append((rule, nil))
        }
        let tags = policy.tags.keys.sorted()
        let known = try users().filter { policy.users[$0.name] != nil }
        for user in known {
            guard let limit = policy.users[user.name], var rule = request(idleFor: limit) else { continue }
            rule.exceptTags = tags
            rules.append((rule, user.id))
        }
        if var rule = request(idleFor: policy.idle) {
            rule.exceptTags = tags
            rule.exceptUsers = known.map(\.id)
            rules.append((rule, nil))
        }
        let deleted = RemovalRequest(deletedBefore: now.before(policy.deleted), reason: .deleted, by: .server)
        return rules + [(deleted, nil)]
    }

    /// Removes what is left of turns whose conversations are gone, or that never had one, oldest first.
    private func forgetTurns(before time: Timestamp) async throws {
        var hasMore = true
        while hasMore {
            hasMore = try await database.write(.maintenance) { connection in
                let oldest = try connection.rows(
                    """
                    SELECT id, person_id, created_at
                    FROM turn
                    WHERE conversation_id IS NULL
                    AND status <> 'running'
                    ORDER BY id
                    LIMIT 50
                    """
                ) { (row: try $0.integer(0), owner: User.ID(try $0.integer(1)), time: try $0.integer(2)) }
                let old = oldest.filter { $0.time < time.milliseconds }
                if !old.isEmpty { try Self.moveHorizon(to: Day(time).adding(1), connection) }
                for (owner, turns) in Dictionary(grouping: old, by: \.owner) {
                    try TurnRow.forget(turns.map(\.row), of: owner, .delete, connection)
                }
                return old.count == 50
            }
        }
    }

    /// Notes that the sums of days before this one may say more than the turns that are left.
    private static func moveHorizon(to day: Day, _ connection: any Connection) throws {
        try connection.run(
            "UPDATE usage_horizon SET day = ? WHERE id = 1 AND day < ?",
            .integer(day.number),
            .integer(day.number)
        )
    }

    /// Removes the sums of whole days, but none of this month: budgets are counted from them.
    private func forgetDays(before time: Timestamp) async throws {
        let today = Day(.now).civil
        let end = min(Day(time), Day(year: today.year, month: today.month, day: 1))
        _ = try await database.write(.maintenance) { connection in
            try connection.run("DELETE FROM usage_day WHERE day < ?", .integer(end.number))
        }
    }
}
