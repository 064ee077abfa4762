import Foundation
import Parley
import ParleySQLite
import ParleyStore
import Testing

/// Reads of everything go page by page, however much there is.
///
/// With `PARLEY_TEST_CONVERSATIONS=100000` it is a database of a million items, and says how long the longest read was.
@Suite(.timeLimit(.minutes(20)))
struct LargeReadTests {
    private static let conversations =
        ProcessInfo.processInfo.environment["PARLEY_TEST_CONVERSATIONS"].flatMap(Int64.init) ?? 3_000
    private static let hour = Timestamp(milliseconds: Day.milliseconds * 20_784)

    /// As many conversations, each of ten items and two turns; the first has as many items and turns as all others.
    private static func fill(_ place: TemporaryStore) async throws {
        let statements = [
            """
            INSERT INTO conversation (id, person_id, public_id, title, tip_branch_id, tip_position, item_count, pinned,
                archived, hidden, created_at, updated_at)
            SELECT n, 1, randomblob(24), 'title ' || n, n, 10, 10, 0, 0, 0, \(hour.milliseconds), \(hour.milliseconds) + n
            FROM number
            """,
            """
            INSERT INTO branch (id, conversation_id, parent_branch_id, fork_position, created_at)
            SELECT n, n, NULL, 0, 1
            FROM number
            """,
            """
            INSERT INTO item (place, conversation_id, public_id, kind, status, json, chain, match, ordinal, pinned,
                created_at)
            SELECT n * \(Place.positionsPerBranch) + position.p, n, randomblob(24), 'message', 'completed',
                '{"type":"message","role":"user","content":"' || hex(zeroblob(150)) || '"}', x'00', x'00', 0, 0, 1
            FROM number
            JOIN (SELECT 1 AS p UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7
                UNION SELECT 8 UNION SELECT 9 UNION SELECT 10) AS position
            """,
            """
            INSERT INTO item (place, conversation_id, public_id, kind, status, json, chain, match, ordinal, pinned,
                created_at)
            SELECT 1 * \(Place.positionsPerBranch) + 10 + n, 1, randomblob(24), 'message', 'completed',
                '{"type":"message","role":"user","content":"' || hex(zeroblob(150)) || '"}', x'00', x'00', 0, 0, 1
            FROM number
            """,
            """
            INSERT INTO turn (person_id, public_id, conversation_id, process_id, face, status, stored, upstream, model,
                input_count, output_count, input_tokens, output_tokens, usage_estimated, reserved_tokens, cost,
                created_at, settled_at)
            SELECT 1, randomblob(24), CASE side.s WHEN 2 THEN 1 ELSE n END, 1, 'chat', 'completed', 0, 'u',
                'model-' || side.s, 1, 1, 10, 5, 0, 0, 7, \(hour.milliseconds), 1
            FROM number
            JOIN (SELECT 0 AS s UNION SELECT 1 UNION SELECT 2) AS side
            """,
        ]
        // In pieces, as the writer has a limit to its memory.
        let step: Int64 = 5_000
        for first in stride(from: 1, through: conversations, by: Int(step)) {
            let last = min(first + step - 1, conversations)
            try await place.database.write(.maintenance) { connection in
                for statement in statements {
                    try connection.run(
                        "WITH RECURSIVE number (n) AS (SELECT \(first) UNION ALL SELECT n + 1 FROM number WHERE n < \(last))\n"
                            + statement
                    )
                }
            }
        }
    }

    private func report(_ what: String, _ database: WatchedDatabase, _ start: ContinuousClock.Instant) {
        guard Self.conversations > 3_000 else { return }
        let reads = database.reads
        print("\(what): \(ContinuousClock.now - start) in \(reads.count) reads, the longest \(reads.longest)")
    }

    @Test func whatLooksAtEverythingDoesSoInPages() async throws {
        try await TemporaryStore.with { place in
            try await Self.fill(place)
            let count = Self.conversations
            func watched(_ what: String, _ body: (Store) async throws -> Void) async throws {
                let database = WatchedDatabase(place.database)
                let store = try await Store(database, host: "test", pid: 1)
                let start = ContinuousClock.now
                try await body(store)
                report(what, database, start)
                #expect(database.reads.count > 2, "\(what)")
            }
            try await watched("statistics") { store in
                let sum = try await store.statistics(of: nil, of: place.user.id)
                #expect(sum.conversations == count && sum.items == 11 * count)
                #expect(sum.models.map(\.turns) == [count, count, count] && sum.tokens == 45 * count)
                #expect(sum.cost == 21 * count && sum.bytes > 3_000 * count && sum.first == Self.hour)
            }
            try await watched("prune, everything") { store in
                var filter = ConversationFilter()
                filter.minimumBytes = 1
                let total = try await store.survey(.init(filter, by: .server), of: nil).total
                #expect(total.conversations == count && total.items == 11 * count && total.turns == 3 * count)
            }
            try await watched("prune, the largest") { store in
                var filter = ConversationFilter()
                filter.minimumTokens = Int(15 * count)
                let total = try await store.survey(.init(filter, by: .server), of: place.user.id).total
                #expect(total.conversations == 1 && total.items == 10 + count)
                filter.minimumTokens = nil
                filter.minimumCost = 7 * count
                #expect(try await store.survey(.init(filter, by: .server), of: nil).total.conversations == 1)
            }
            try await watched("prune, all but the newest") { store in
                let total = try await store.survey(.init(keep: Int(count) - 5, by: .server), of: nil).total
                #expect(total.conversations == 5)
            }
            try await watched("usage by conversation") { store in
                let day = Day(Self.hour)
                let usage = try await store.usage(UsageQuery(by: .conversation, days: day...day, user: nil))
                #expect(usage.total.turns == 3 * count && usage.lines.first?.turns == count + 2 && usage.hasMore)
            }
        }
    }

    @Test func aListByWeightIsRightPageByPage() async throws {
        try await TemporaryStore.with { place in
            try await Self.fill(place)
            let count = Int(Self.conversations)
            for sort in ConversationSort.allCases {
                let database = WatchedDatabase(place.database)
                let store = try await Store(database, host: "test", pid: 1)
                let start = ContinuousClock.now
                let first = try await store.surveyConversations(ConversationQuery(sort: sort), of: place.user.id)
                report("list by \(sort)", database, start)
                #expect(first.elements.count == 20 && first.hasMore)
                guard sort.isCostly else { continue }
                #expect(first.elements.first?.title == "title 1")
                let query = ConversationQuery(after: first.elements.last?.id, sort: sort)
                let second = try await store.surveyConversations(query, of: place.user.id).elements
                #expect(Set((first.elements + second).map(\.title)).count == 40)
                #expect(second.first?.title == "title \(count - 19)")
            }
        }
    }

    @Test func aListOfTheHeavyIsRightPageByPage() async throws {
        try await TemporaryStore.with { place in
            try await Self.fill(place)
            var query = ConversationQuery(limit: 2, ascending: true, sort: .title)
            query.filter.minimumTokens = 31
            let database = WatchedDatabase(place.database)
            let store = try await Store(database, host: "test", pid: 1)
            let start = ContinuousClock.now
            let heavy = try await store.surveyConversations(query, of: place.user.id)
            report("list of the heavy", database, start)
            #expect(heavy.elements.map(\.title) == ["title 1"] && !heavy.hasMore)
            query.filter.minimumTokens = 30
            let all = try await store.surveyConversations(query, of: place.user.id)
            #expect(all.elements.map(\.title) == ["title 1", "title 10"] && all.hasMore)
            query.after = all.elements.last?.id
            let next = try await store.surveyConversations(query, of: place.user.id)
            #expect(next.elements.map(\.title) == ["title 100", "title 1000"])
        }
    }
}
