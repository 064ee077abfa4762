import Dispatch
import Foundation
import Parley
import ParleySQLite
import ParleyStore
import Synchronization
import Testing

/// How a removal goes: in slices, with what was kept of it elsewhere, and until it has left the files.
@Suite(.timeLimit(.minutes(5)))
struct PurgeTests {
    private let actor = AuditEvent.Actor(user: "tester")

    private func request(_ change: (inout ConversationFilter) -> Void) -> RemovalRequest {
        var filter = ConversationFilter()
        change(&filter)
        return RemovalRequest(filter, by: actor)
    }

    /// A conversation with so many branches, each of so many items.
    private func wide(_ store: TemporaryStore, branches: Int64, items: Int64) async throws {
        let turn = try await store.turn([user("wide")], answer: "a")
        let row = try #require(turn.conversationRow)
        for first in stride(from: 0, to: branches, by: 1_000) {
            try await widen(store, row, from: 1_000 + first, by: min(1_000, branches - first), items: items)
        }
    }

    private func widen(
        _ store: TemporaryStore,
        _ row: Int64,
        from start: Int64,
        by branches: Int64,
        items: Int64
    ) async throws {
        try await store.database.write(.maintenance) { connection in
            try connection.run(
                """
                WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?)
                INSERT INTO branch (id, conversation_id, parent_branch_id, fork_position, created_at)
                SELECT ? + n, ?, CASE WHEN n % 2 = 0 THEN ? + n - 1 ELSE (SELECT min(id) FROM branch) END, 1, 1
                FROM number
                """,
                .integer(branches),
                .integer(start),
                .integer(row),
                .integer(start)
            )
            try connection.run(
                """
                WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?)
                INSERT INTO item (place, conversation_id, public_id, kind, status, json, chain, match, ordinal, pinned,
                    created_at)
                SELECT branch.id * \(Place.positionsPerBranch) + 1 + number.n, ?, randomblob(24), 'message',
                    'completed', '{"type":"message"}', x'00', x'00', 0, 0, 1
                FROM branch
                JOIN number
                WHERE branch.id > ?
                """,
                .integer(items),
                .integer(row),
                .integer(start)
            )
        }
    }

    @Test func aConversationOfManyBranchesGoesInSlices() async throws {
        try await TemporaryStore.with { place in
            // With more of them, by hand, it tells how long the longest job of 100,000 items takes.
            let wanted = ProcessInfo.processInfo.environment["PARLEY_TEST_BRANCHES"].flatMap(Int64.init)
            let branches = wanted ?? 2_000
            try await wide(place, branches: branches, items: wanted == nil ? 3 : 9)
            let jobs = Mutex(0)
            let watched = WatchedDatabase(place.database) { jobs.withLock { $0 += 1 } }
            let store = try await Store(watched, host: "test", pid: 1)
            jobs.withLock { $0 = 0 }
            let removal = try await store.remove(request { $0.title = "wide" }, of: place.user.id)
            if wanted != nil { print("\(removal.counts.items) items, the longest job \(watched.longest)") }
            #expect(removal.counts.items >= 6_002 && jobs.withLock { $0 } > 10)
            let left = try place.database.read { connection in
                try connection.row("SELECT (SELECT count(*) FROM branch) + (SELECT count(*) FROM item)") {
                    try $0.integer(0)
                }
            }
            #expect(left == 0)
        }
    }

    @Test func aConversationThatIsGoingIsNoFinding() async throws {
        try await TemporaryStore.with { place in
            try await wide(place, branches: 300, items: 3)
            struct Crash: Error {}
            let writes = Countdown(6)
            let watched = WatchedDatabase(place.database) { if writes.isOver() { throw Crash() } }
            let store = try await Store(watched, host: "test", pid: 1)
            writes.begin()
            await #expect(throws: Crash.self) {
                try await store.remove(request { $0.title = "wide" }, of: place.user.id)
            }
            var found: [DatabaseFinding] = []
            try await place.store.check { if case .finding(let finding) = $0 { found.append(finding) } }
            #expect(found == [])
            try await place.store.resumeRemovals()
            #expect(try place.database.read { try $0.row("SELECT count(*) FROM branch") { try $0.integer(0) } } == 0)
        }
    }

    @Test func onlyAnswersThatShowWhatIsGoneAreForgotten() async throws {
        try await TemporaryStore.with { store in
            var answers: [String: Conversation.ID] = [:]
            for name in ["gone", "stays"] {
                let turn = try await store.turn([user(name)], answer: "a")
                let id = try #require(turn.conversation)
                let query = ItemQuery(limit: 1, ascending: true)
                let item = try #require(try store.store.items(query, in: id, of: store.user.id).elements.first)
                let bodies = [
                    "\(name) whole": #"{"id":"\#(id.text)"}"#,
                    "\(name) item": #"{"data":[{"id":"msg_\#(item.id.digits)","x":1}]}"#,
                ]
                for (key, body) in bodies {
                    answers[key] = id
                    let answer = StoredAnswer(status: 200, body: body)
                    try await store.store.keep(answer, for: .init(key: key, request: []), of: store.user.id)
                }
            }
            func kept(_ key: String) throws -> Bool {
                try store.store.answer(to: .init(key: key, request: []), of: store.user.id) != nil
            }
            // Idle for long does not mean that nothing is kept.
            try await store.database.write(.turn) { _ = try $0.run("UPDATE conversation SET updated_at = 1") }
            _ = try await store.store.remove(request { $0.title = "gone" }, of: store.user.id)
            #expect(try !kept("gone whole") && !kept("gone item") && kept("stays whole") && kept("stays item"))
            let id = try #require(answers["stays item"])
            let items = try store.store.items(ItemQuery(limit: 1, ascending: true), in: id, of: store.user.id)
            try await store.store.deleteItem(try #require(items.elements.first).id, in: id, of: store.user.id)
            #expect(try kept("stays whole") && !kept("stays item"))
            let subjects = try store.database.read { connection in
                try connection.row("SELECT count(*) FROM idempotency_subject") { try $0.integer(0) }
            }
            #expect(subjects == 1)
        }
    }

    @Test func whileSomebodyReadsTheLogTheReportSaysSo() async throws {
        try await TemporaryStore.with { place in
            let canary = Canary()
            try await place.turn([user(canary.text)], answer: "a")
            let (began, ends) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            async let reading: Int64? = place.database.readLong { connection in
                let count = try connection.row("SELECT count(*) FROM item") { try $0.integer(0) }
                began.signal()
                ends.wait()
                return count
            }
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    began.wait()
                    continuation.resume()
                }
            }
            let removal = try await place.store.remove(request { $0.model = "echo" }, of: place.user.id)
            #expect(removal.finishedAt != nil && removal.emptiedAt == nil)
            try await place.store.followUp()
            func report() throws -> Removal? {
                try place.store.removals(of: place.user.id, after: nil, limit: 1).elements.first
            }
            #expect(try report()?.emptiedAt == nil)
            #expect(try !canary.files(of: place).isEmpty)
            ends.signal()
            _ = try await reading
            // What the watch over the files does twice a second.
            while place.database.logHoldsRemoved {
                place.database.lookAfterFiles()
                await Task.yield()
            }
            try await place.store.followUp()
            #expect(try report()?.emptiedAt != nil)
            #expect(try canary.files(of: place) == [])
        }
    }
}
