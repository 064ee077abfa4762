import Foundation
import Parley
import ParleySQLite
import ParleyStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ErasureTests {
    private let actor = AuditEvent.Actor(user: "root")

    @Test func nothingOfAPersonIsLeft() async throws {
        try await TemporaryStore.with { store in
            let canary = Canary()
            let anna = try await store.store.addUser("anna", role: .user, by: .server)
            let shared = String(repeating: "s", count: 70_000)
            let text = canary.text
            _ = try await store.store.createKey(for: anna.id, label: "laptop")
            try await store.turn([user(text)], answer: shared, owner: anna)
            let gone = try await store.turn([user(text + "2")], answer: text, owner: anna)
            try await store.store.deleteConversation(try #require(gone.conversation), of: anna.id)
            _ = try await store.accept(store.acceptance([user(text)], in: .hidden, owner: anna))
            _ = try await store.accept(store.acceptance([user(text)], in: .unrecorded, owner: anna))
            let answer = StoredAnswer(status: 200, body: text)
            try await store.store.keep(answer, for: IdempotencyKey(key: text, request: []), of: anna.id)
            _ = try await store.store.receive(
                InboxLetter(key: .init(source: "s", id: text), body: text),
                of: anna.id
            )
            let kept = try await store.turn([user("kept")], answer: shared)
            try await store.store.indexAll()
            let receipt = try await store.store.erase("anna", by: actor) { _ in }
            #expect(receipt.counts.conversations == 3 && receipt.counts.items == 5 && receipt.keys == 1)
            #expect(receipt.counts.turns == 4 && receipt.finishedAt != nil)
            #expect(try canary.files(of: store) == [])
            #expect(try store.texts(kept.conversation) == ["kept", shared])
            try expectNothing(of: anna, in: store)
            #expect(try await store.database.check(isThorough: true) == [])
            #expect(try store.store.erasures(after: nil, limit: 10).elements.map(\.id) == [receipt.id])
        }
    }

    /// Every table that says whose its rows are, those of the future too.
    private func expectNothing(of user: User, in store: TemporaryStore) throws {
        let tables = try store.database.read { connection in
            try connection.rows(
                """
                SELECT name
                FROM sqlite_schema
                WHERE type = 'table'
                AND sql LIKE '%person_id INTEGER%'
                """
            ) { try $0.text(0) }
        }
        #expect(tables.count >= 5)
        for table in tables where table != "erasure" {
            let count = try store.database.read { connection in
                try connection.row(
                    "SELECT count(*) FROM \(table) WHERE person_id = ?",
                    .integer(user.id.rawValue)
                ) { try $0.integer(0) }
            }
            #expect(count == 0, "\(table)")
        }
    }

    @Test func theNameBecomesFreeAndTheNumberDoesNot() async throws {
        try await TemporaryStore.with { store in
            let first = try await store.store.addUser("anna", role: .user, by: .server)
            let conversation = try #require(try await store.turn([user("a")], answer: "b", owner: first).conversation)
            let sealed = try store.store.seal("summary", for: first.id)
            _ = try await store.store.erase("anna", by: actor) { _ in }
            #expect(throws: ParleyError.self) { try store.store.user(named: "anna") }
            let second = try await store.store.addUser("anna", role: .user, by: .server)
            #expect(second.id != first.id)
            #expect(throws: ParleyError.self) { try store.store.conversation(conversation, of: second.id) }
            #expect(try store.store.unseal(sealed, of: second.id) == nil)
            try await store.turn([user("new")], answer: "b", owner: second)
        }
    }

    @Test func nothingCanBeAddedFromTheFirstMomentOn() async throws {
        try await TemporaryStore.with { store in
            let anna = try await store.store.addUser("anna", role: .user, by: .server)
            let secret = try await store.store.createKey(for: anna.id, label: "").secret
            try await store.turn([user("a")], answer: "b", owner: anna)
            _ = try await store.store.erase("anna", by: actor) { id in
                #expect(throws: ParleyError.self) { try store.store.authenticate(secret) }
                await #expect(throws: ParleyError.self) {
                    try await store.store.createConversation(NewConversation(), of: id)
                }
                await #expect(throws: ParleyError.self) {
                    try await store.accept(store.acceptance([user("late")], owner: anna))
                }
            }
        }
    }

    @Test func theUserOfTheMachineBeginsAnew() async throws {
        try await TemporaryStore.with { store in
            let canary = Canary()
            try await store.turn([user(canary.text)], answer: "b")
            _ = try await store.store.erase(User.localName, by: actor) { _ in }
            #expect(try canary.files(of: store) == [])
            let turn = try await store.turn([user("new")], answer: "b")
            #expect(try store.texts(turn.conversation) == ["new", "b"])
        }
    }

    @Test func anErasureIsFinishedAfterACrash() async throws {
        let first = try await TemporaryStore()
        let anna = try await first.store.addUser("anna", role: .user, by: .server)
        for number in 0..<10 { try await first.turn([user("\(number)")], answer: "a", owner: anna) }
        struct Crash: Error {}
        let writes = Countdown(4)
        let watched = WatchedDatabase(first.database) { if writes.isOver() { throw Crash() } }
        let store = try await Store(watched, host: "test", pid: 1)
        writes.begin()
        await #expect(throws: Crash.self) { try await store.erase("anna", by: actor) { _ in } }
        await first.close()
        let second = try await TemporaryStore(directory: first.directory)
        try await second.store.resumeRemovals()
        let receipt = try #require(try second.store.erasures(after: nil, limit: 10).elements.first)
        #expect(receipt.counts.conversations == 10 && receipt.finishedAt != nil)
        try expectNothing(of: anna, in: second)
        #expect(throws: ParleyError.self) { try second.store.user(named: "anna") }
        await second.remove()
    }
}
