import Parley
import ParleySQLite
import ParleyStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RetentionTests {
    private func days(_ count: Int64) -> Duration { .seconds(count * 86_400) }

    private func titles(_ store: TemporaryStore, _ owner: User) throws -> [String] {
        try store.store.conversations(ConversationQuery(ascending: true, sort: .title), of: owner.id).elements
            .map(\.title)
    }

    /// Conversations that are so many days old.
    private func make(
        _ store: TemporaryStore,
        _ ages: [Int64],
        of owner: User,
        tags: [String] = []
    ) async throws {
        for age in ages {
            let name = "\(tags.joined())\(age)"
            let turn = try await store.turn([user(name)], answer: "a", owner: owner)
            let id = try #require(turn.conversation)
            _ = try await store.store.updateConversation(id, .init(tags: tags), of: owner.id)
            let time = Timestamp.now.before(days(age)).milliseconds
            try await store.database.write(.turn) { connection in
                _ = try connection.run(
                    "UPDATE conversation SET updated_at = ?, touched_at = NULL WHERE public_id = ?",
                    .integer(time),
                    .blob(id.bytes)
                )
            }
        }
    }

    @Test func theRuleThatIsNearestCounts() async throws {
        try await TemporaryStore.with { store in
            let anna = try await store.store.addUser("anna", role: .user, by: .server)
            let bob = try await store.store.addUser("bob", role: .user, by: .server)
            for owner in [store.user, anna, bob] {
                try await make(store, [1, 20, 50], of: owner)
                try await make(store, [50, 90], of: owner, tags: ["long"])
                try await make(store, [5, 20], of: owner, tags: ["short"])
                try await make(store, [20, 90], of: owner, tags: ["long", "short"])
            }
            let policy = RetentionPolicy(
                idle: .after(days(30)),
                users: ["anna": .after(days(10)), "bob": .never, "nobody": .after(days(1))],
                tags: ["long": .after(days(60)), "short": .after(days(7))]
            )
            let removals = try await store.store.enforce(policy)
            #expect(removals.allSatisfy { $0.reason == .retention && $0.actor == "parley" && $0.finishedAt != nil })
            #expect(try titles(store, store.user) == ["1", "20", "long50", "longshort20", "short5"])
            #expect(try titles(store, anna) == ["1", "long50", "longshort20", "short5"])
            #expect(try titles(store, bob) == ["1", "20", "50", "long50", "longshort20", "short5"])
            #expect(try await store.store.enforce(policy).isEmpty)
        }
    }

    @Test func whatWasRestoredOrChangedOrImportedIsNotIdle() async throws {
        try await TemporaryStore.with { store in
            try await make(store, [40, 41, 42], of: store.user)
            let query = ConversationQuery(ascending: true, sort: .title)
            let ids = try store.store.conversations(query, of: store.user.id).elements.map(\.id)
            try await store.store.deleteConversation(ids[0], of: store.user.id)
            let restored = try await store.store.restoreConversation(ids[0], of: store.user.id)
            #expect(restored.updatedAt < Timestamp.now.before(days(39)))
            _ = try await store.store.updateConversation(ids[1], .init(title: "changed"), of: store.user.id)
            try await store.take(
                #"{"object":"conversation","source":"s","source_id":"1","title":"imported","updated_at":1000}"#
            )
            let policy = RetentionPolicy(idle: .after(days(30)))
            #expect(try await store.store.enforce(policy).map(\.counts.conversations) == [1])
            #expect(try titles(store, store.user) == ["40", "changed", "imported"])
        }
    }

    @Test func usageGoesAtItsOwnTime() async throws {
        try await TemporaryStore.with { store in
            for number in 0..<3 { try await store.turn([user("\(number)")], answer: "a") }
            var filter = ConversationFilter()
            filter.title = "0"
            _ = try await store.store.remove(RemovalRequest(filter, by: .server), of: nil)
            filter.title = "1"
            _ = try await store.store.remove(RemovalRequest(filter, by: .server), of: nil)
            let old = Timestamp.now.before(days(500)).milliseconds
            try await store.database.write(.turn) { connection in
                _ = try connection.run("UPDATE turn SET created_at = ? WHERE id IN (1, 3)", .integer(old))
            }
            _ = try await store.store.enforce(RetentionPolicy(usage: .after(days(400))))
            let left = try store.database.read { connection in
                try connection.rows("SELECT id FROM turn ORDER BY id") { try $0.integer(0) }
            }
            // The third has its conversation still.
            #expect(left == [2, 3])
        }
    }

    @Test func theDaysOfThisMonthAreKept() async throws {
        try await TemporaryStore.with { store in
            let today = Day(.now).civil
            let first = Day(year: today.year, month: today.month, day: 1)
            try await store.database.write(.turn) { connection in
                _ = try connection.run("DELETE FROM usage_day")
            }
            try await store.turn([user("a")], answer: "a")
            try await store.database.write(.turn) { connection in
                _ = try connection.run("DELETE FROM usage_day WHERE day <> (SELECT max(day) FROM usage_day)")
                _ = try connection.run("UPDATE usage_day SET day = ?", .integer(first.number))
            }
            _ = try await store.store.enforce(RetentionPolicy(usage: .after(.seconds(1))))
            #expect(try store.database.read { try $0.row("SELECT count(*) FROM usage_day") { try $0.integer(0) } } == 1)
            try await store.database.write(.turn) { connection in
                _ = try connection.run("UPDATE usage_day SET day = ?", .integer(first.number - 1))
            }
            _ = try await store.store.enforce(RetentionPolicy(usage: .after(.seconds(1))))
            #expect(try store.database.read { try $0.row("SELECT count(*) FROM usage_day") { try $0.integer(0) } } == 0)
        }
    }

    @Test func aChangeOfThePolicyIsLogged() async throws {
        try await TemporaryStore.with { store in
            _ = try await store.store.enforce(RetentionPolicy(idle: .after(days(30))))
            _ = try await store.store.enforce(RetentionPolicy(idle: .after(days(30))))
            _ = try await store.store.enforce(RetentionPolicy())
            let entries = try await store.store.auditEntries(AuditQuery(action: .retentionChanged)).elements
            #expect(entries.map { $0.event.details["idle"]?.string } == ["never", "30d"])
            #expect(entries.allSatisfy { $0.event.actor == .server })
        }
    }

    @Test(
        arguments: [
            ("30s", 30), ("5m", 300), ("12h", 43_200), ("90d", 7_776_000), ("4w", 2_419_200),
        ] as [(String, Int64)]
    )
    func durationsAreRead(_ text: String, _ seconds: Int64) {
        #expect(Duration(text: text) == .seconds(seconds))
        #expect(Duration.seconds(seconds).shortText == text || text == "30s" || text == "90d")
    }

    @Test(arguments: [
        "", "0", "0d", "-1d", "+1d", "1", "d", "1y", "1.5d", "9223372036854775807w", "36526d", "１d", "1 d",
    ])
    func whatIsNoDurationIsRefused(_ text: String) {
        #expect(Duration(text: text) == nil)
    }
}
