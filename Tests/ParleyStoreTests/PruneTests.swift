import Foundation
import Parley
import ParleySQLite
import ParleyStore
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2)))
struct PruneTests {
    private let actor = AuditEvent.Actor(user: "tester")

    private func request(_ change: (inout ConversationFilter) -> Void) -> RemovalRequest {
        var filter = ConversationFilter()
        change(&filter)
        return RemovalRequest(filter, by: actor)
    }

    /// A conversation with a canary in every place that a text can stand in.
    private func haunted(_ store: TemporaryStore, by canary: Canary) async throws -> Conversation.ID {
        let text = canary.text
        var acceptance = store.acceptance([user(text), assistant(text), user(text + " again")], body: text)
        acceptance.instructions = [ItemContent(role: .system, text: text)]
        acceptance.metadata = ["note": text]
        acceptance.parameters = .init([.init(name: "user", value: .string(text))])
        acceptance.stored = true
        acceptance.background = true
        acceptance.idempotency = IdempotencyKey(key: text, request: Array(text.utf8))
        let turn = try await store.accept(acceptance)
        try await store.store.keep(TurnCheckpoint(row: turn.row, part: 0, deltas: [AnswerDelta(content: text)]))
        _ = try await store.store.settle(store.settlement(turn, text + String(repeating: "x", count: 70_000)))
        let id = try #require(turn.conversation)
        let change = ConversationChange(title: text, metadata: ["a": text], tags: [text], instructions: .set(text))
        _ = try await store.store.updateConversation(id, change, of: store.user.id)
        let answer = StoredAnswer(status: 200, body: #"{"id":"\#(id.text)","title":"\#(text)"}"#)
        let key = IdempotencyKey(key: "created", request: [])
        try await store.store.keep(answer, for: key, of: store.user.id)
        return id
    }

    @Test func nothingOfWhatIsPrunedIsLeftInTheFiles() async throws {
        try await TemporaryStore.with { store in
            let canary = Canary()
            let id = try await haunted(store, by: canary)
            try await store.turn([user("stays")], answer: "a")
            try await store.store.indexAll()
            #expect(try !canary.files(of: store).isEmpty)
            let removal = try await store.store.remove(request { $0.title = canary.text }, of: store.user.id)
            #expect(removal.counts.conversations == 1 && removal.counts.items == 4 && removal.counts.turns == 1)
            #expect(removal.counts.bytes > 70_000 && removal.finishedAt != nil)
            #expect(throws: ParleyError.self) { try store.store.conversation(id, of: store.user.id) }
            #expect(removal.filter["q"] == "…")
            #expect(try canary.files(of: store) == [])
            #expect(try store.store.conversations(ConversationQuery(), of: store.user.id).elements.count == 1)
            #expect(try await store.database.check(isThorough: true) == [])
        }
    }

    @Test func usageOutlivesTheText() async throws {
        try await TemporaryStore.with { store in
            let turn = try await store.turn([user("a")], answer: "b")
            _ = try await store.store.remove(request { $0.model = "echo" }, of: store.user.id)
            let kept = try store.database.read { connection in
                try connection.rows(
                    """
                    SELECT model, input_tokens, output_tokens
                    FROM turn
                    WHERE public_id = ?
                    AND conversation_id IS NULL
                    AND fingerprint IS NULL
                    AND instructions IS NULL
                    """,
                    .blob(turn.id.bytes)
                ) { "\(try $0.text(0)) \(try $0.integer(1)) \(try $0.integer(2))" }
            }
            #expect(kept == ["echo 1 1"])
        }
    }

    @Test func pinnedHeldAndRunningOnesStay() async throws {
        try await TemporaryStore.with { store in
            var ids: [Conversation.ID] = []
            for title in ["pinned", "held", "running", "free"] {
                let turn = try await store.turn([user(title)], answer: "a")
                ids.append(try #require(turn.conversation))
            }
            _ = try await store.store.updateConversation(ids[0], .init(pinned: true), of: store.user.id)
            _ = try await store.store.updateConversation(ids[1], .init(held: true), of: store.user.id)
            let running = try await store.accept(
                store.acceptance([user("running"), assistant("a"), user("more")])
            )
            #expect(running.conversation == ids[2])
            let all = request { $0.isEmpty = false }
            #expect(try await store.store.survey(all, of: store.user.id).total.conversations == 1)
            #expect(try await store.store.remove(all, of: store.user.id).counts.conversations == 1)
            let left = try store.store.conversations(ConversationQuery(sort: .title), of: store.user.id)
            #expect(left.elements.map(\.title) == ["running", "pinned", "held"])
        }
    }

    @Test func whatChangesWhileItIsLookedForStays() async throws {
        try await TemporaryStore.with { place in
            for title in ["said", "renamed", "idle"] { try await place.turn([user(title)], answer: "a") }
            let looks = Mutex(false)
            let watched = WatchedDatabase(place.database) {
                // Between the report and the marks.
                guard looks.withLock({ $0 }) else { return }
                looks.withLock { $0 = false }
                place.database.enqueue(.turn) { connection in
                    try connection.run("UPDATE conversation SET updated_at = updated_at + 1 WHERE title = 'said'")
                    try connection.run("UPDATE conversation SET touched_at = 9 WHERE title = 'renamed'")
                }
            }
            let store = try await Store(watched, host: "test", pid: 1)
            looks.withLock { $0 = true }
            let removal = try await store.remove(request { $0.model = "echo" }, of: place.user.id)
            #expect(removal.counts.conversations == 1)
            let query = ConversationQuery(ascending: true, sort: .title)
            let left = try place.store.conversations(query, of: place.user.id)
            #expect(left.elements.map(\.title) == ["renamed", "said"])
        }
    }

    /// Each condition alone takes what it means and leaves the rest.
    @Test func eachCriterionTakesWhatItMeans() async throws {
        try await TemporaryStore.with { store in
            try await store.turn([user("plain")], answer: "b")
            let other = try await store.turn([user("other")], answer: String(repeating: "x", count: 5_000))
            let id = try #require(other.conversation)
            _ = try await store.store.createConversation(NewConversation(title: "empty"), of: store.user.id)
            let marks = ConversationChange(metadata: ["k": "v"], tags: ["t"])
            _ = try await store.store.updateConversation(id, marks, of: store.user.id)
            let dayAgo = Timestamp.now.before(.seconds(86_400))
            try await store.database.write(.turn) { connection in
                try connection.run(
                    """
                    UPDATE turn
                    SET model = 'fine', input_tokens = 900, cost = 70
                    WHERE conversation_id = (SELECT id FROM conversation WHERE title = 'other')
                    """
                )
                try connection.run(
                    "UPDATE conversation SET created_at = ?, updated_at = ?, touched_at = NULL WHERE title = 'other'",
                    .integer(dayAgo.milliseconds),
                    .integer(dayAgo.milliseconds)
                )
            }
            let hourAgo = Timestamp.now.before(.seconds(3_600))
            let taking: [(String, (inout ConversationFilter) -> Void)] = [
                ("title", { $0.title = "OTH" }), ("tag", { $0.tags = ["t"] }), ("model", { $0.model = "fine" }),
                ("metadata", { $0.metadata = ["k": "v"] }), ("age", { $0.createdBefore = hourAgo }),
                ("idle", { $0.updatedBefore = hourAgo }), ("tokens", { $0.minimumTokens = 500 }),
                ("bytes", { $0.minimumBytes = 4_000 }), ("cost", { $0.minimumCost = 60 }),
            ]
            for (name, change) in taking {
                let survey = try await store.store.survey(request(change), of: store.user.id).total
                #expect(survey.conversations == 1 && survey.items == 2 && survey.tokens == 901, "\(name)")
            }
            let empty = try await store.store.survey(request { $0.isEmpty = true }, of: store.user.id).total
            #expect(empty.conversations == 1 && empty.items == 0)
            let recent = request { $0.createdAfter = hourAgo }
            #expect(try await store.store.survey(recent, of: store.user.id).total.conversations == 2)
            let spoken = try await store.store.survey(request { $0.minimumTurns = 1 }, of: store.user.id).total
            #expect(spoken.conversations == 2)
            let rows = try store.database.read { try $0.row("SELECT count(*) FROM removal") { try $0.integer(0) } }
            #expect(rows == 0)
            _ = try await store.store.remove(request { $0.minimumBytes = 4_000 }, of: store.user.id)
            let query = ConversationQuery(ascending: true, sort: .title)
            let left = try store.store.conversations(query, of: store.user.id)
            #expect(left.elements.map(\.title) == ["empty", "plain"])
        }
    }

    @Test func deletedOnesTakeNoPlaceOfTheNewest() async throws {
        try await TemporaryStore.with { store in
            for number in 0..<3 {
                let turn = try await store.turn([user("\(number)")], answer: "a")
                guard number == 2, let id = turn.conversation else { continue }
                try await store.store.deleteConversation(id, of: store.user.id)
            }
            _ = try await store.store.remove(.init(keep: 1, by: actor), of: store.user.id)
            let left = try store.store.conversations(ConversationQuery(), of: store.user.id)
            #expect(left.elements.map(\.title) == ["1"])
        }
    }

    @Test func aConditionMustBeSaid() async throws {
        try await TemporaryStore.with { store in
            let nothing = [
                RemovalRequest(by: actor), RemovalRequest(keep: 0, by: actor), request { $0.minimumTokens = 0 },
                request { $0.minimumBytes = 0 }, request { $0.minimumTurns = 0 }, request { $0.minimumCost = 0 },
            ]
            for request in nothing {
                await #expect { try await store.store.remove(request, of: store.user.id) } throws: {
                    ($0 as? ParleyError)?.code == .missingParameter
                }
            }
        }
    }

    @Test func theNewestOfEachUserAreLeft() async throws {
        try await TemporaryStore.with { store in
            let other = try await store.store.addUser("other", role: .user, by: .server)
            for number in 0..<3 {
                try await store.turn([user("mine \(number)")], answer: "a")
                try await store.turn([user("theirs \(number)")], answer: "a", owner: other)
            }
            let survey = try await store.store.survey(.init(keep: 1, by: actor), of: nil)
            #expect(survey.users.map(\.name) == ["local", "other"])
            #expect(survey.users.map(\.counts.conversations) == [2, 2])
            _ = try await store.store.remove(.init(keep: 1, by: actor), of: store.user.id)
            func titles(_ owner: User.ID) throws -> [String] {
                try store.store.conversations(ConversationQuery(), of: owner).elements.map(\.title)
            }
            #expect(try titles(store.user.id) == ["mine 2"])
            #expect(try titles(other.id) == ["theirs 2", "theirs 1", "theirs 0"])
        }
    }

    @Test func aDryRunChangesNothingAndCountsWhatARunRemoves() async throws {
        try await TemporaryStore.with { store in
            let turn = try await store.turn([user("question")], answer: String(repeating: "天", count: 40_000))
            let wanted = request { $0.minimumBytes = 1 }
            let survey = try await store.store.survey(wanted, of: store.user.id)
            #expect(try store.texts(turn.conversation).count == 2)
            #expect(try await store.store.remove(wanted, of: store.user.id).counts == survey.total)
        }
    }

    @Test func aPruneIsFinishedAfterACrash() async throws {
        let first = try await TemporaryStore()
        for number in 0..<20 { try await first.turn([user("\(number)")], answer: "a") }
        struct Crash: Error {}
        let writes = Countdown(4)
        let watched = WatchedDatabase(first.database) { if writes.isOver() { throw Crash() } }
        let store = try await Store(watched, host: "test", pid: 1)
        writes.begin()
        await #expect(throws: Crash.self) {
            try await store.remove(request { $0.model = "echo" }, of: first.user.id)
        }
        await first.close()
        let second = try await TemporaryStore(directory: first.directory)
        #expect(try second.store.conversations(ConversationQuery(), of: second.user.id).elements.isEmpty)
        try await second.store.resumeRemovals()
        let report = try second.store.removals(of: second.user.id, after: nil, limit: 10).elements
        #expect(report.count == 1 && report.first?.finishedAt != nil)
        #expect(report.first?.counts.conversations == 20 && report.first?.counts.items == 40)
        let left = try second.database.read { try $0.row("SELECT count(*) FROM item") { try $0.integer(0) } }
        #expect(left == 0)
        await second.remove()
    }

    @Test func aLongStringThatAnotherConversationNamesStays() async throws {
        try await TemporaryStore.with { store in
            let long = String(repeating: "b", count: 70_000)
            let first = try await store.turn([user("first")], answer: long)
            let second = try await store.turn([user("second")], answer: long)
            _ = try await store.store.remove(request { $0.title = "first" }, of: store.user.id)
            #expect(try store.texts(second.conversation) == ["second", long])
            #expect(throws: ParleyError.self) { try store.texts(first.conversation) }
            _ = try await store.store.remove(request { $0.title = "second" }, of: store.user.id)
            #expect(try store.database.read { try $0.row("SELECT count(*) FROM blob") { try $0.integer(0) } } == 0)
        }
    }

    @Test func nothingGoesOnBehindAResponseOfWhichTheConversationIsBeingRemoved() async throws {
        try await TemporaryStore.with { store in
            var acceptance = store.acceptance([user("a")], in: .hidden)
            acceptance.face = .response
            acceptance.stored = true
            acceptance.movesTip = false
            let turn = try await store.accept(acceptance)
            _ = try await store.store.settle(store.settlement(turn, "b"))
            let head = try store.store.head(behind: turn.id, of: store.user.id)
            var next = store.acceptance([user("more")], in: .conversation(head))
            next.movesTip = false
            _ = try await store.database.write(.turn) { connection in
                try connection.run("UPDATE conversation SET deleted_at = 1, removal_id = 1")
            }
            #expect(throws: ParleyError.self) { try store.store.head(behind: turn.id, of: store.user.id) }
            let refused = next
            await #expect(throws: ParleyError.self) { _ = try await store.accept(refused) }
        }
    }

    @Test func deletedOnesComeBackUntilTheyArePurged() async throws {
        try await TemporaryStore.with { store in
            let id = try #require(try await store.turn([user("a")], answer: "b").conversation)
            try await store.store.deleteConversation(id, of: store.user.id)
            #expect(try await store.store.restoreConversation(id, of: store.user.id).title == "a")
            #expect(try store.texts(id) == ["a", "b"])
            try await store.store.deleteConversation(id, of: store.user.id)
            _ = try await store.store.enforce(RetentionPolicy())
            #expect(try await store.store.restoreConversation(id, of: store.user.id).title == "a")
            try await store.store.deleteConversation(id, of: store.user.id)
            let aged = Timestamp.now.before(.seconds(31 * 86_400)).milliseconds
            try await store.database.write(.turn) { connection in
                _ = try connection.run("UPDATE conversation SET deleted_at = ?", .integer(aged))
            }
            #expect(try await store.store.enforce(RetentionPolicy()).map(\.reason) == [.deleted])
            await #expect(throws: ParleyError.self) {
                try await store.store.restoreConversation(id, of: store.user.id)
            }
        }
    }
}

/// Counts calls, and says after so many of them.
final class Countdown: Sendable {
    private let left: Mutex<Int?> = Mutex(nil)
    private let count: Int

    init(_ count: Int) { self.count = count }

    func begin() { left.withLock { $0 = count } }

    func isOver() -> Bool {
        left.withLock { left in
            guard let now = left else { return false }
            left = now - 1
            return now <= 1
        }
    }
}
