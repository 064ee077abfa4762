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

    /// Something of a person in every table that can hold it.
    private func fill(_ store: TemporaryStore, of anna: User, _ canary: Canary) async throws {
        let text = canary.text
        let (key, _) = try await store.store.createKey(NewKey(owner: anna.id, label: text), by: actor)
        _ = try await store.store.setAllowance([.tokensPerDay: 999], of: .init(user: anna.id), named: "", by: actor)
        let said = [user(text), assistant(text + "1"), user(text + "2")]
        var acceptance = store.acceptance(said, body: text, owner: anna)
        acceptance.key = key.id
        acceptance.metadata = ["note": text]
        acceptance.parameters = .init([
            .init(name: "tools", value: .array([.object(.init([.init(name: "name", value: .string(text))]))])),
            .init(name: "user", value: .string(text)),
        ])
        (acceptance.stored, acceptance.background) = (true, true)
        acceptance.idempotency = IdempotencyKey(key: text, request: Array(text.utf8))
        let budget = Budget(spender: .init(user: anna.id), span: .day, tokens: 999, cost: nil)
        func reservation(_ turn: Turn.ID) -> Reservation {
            Reservation(turn: turn, most: Spent(tokens: 9), budgets: [budget], time: .now)
        }
        acceptance.reservation = reservation(acceptance.id)
        let turn = try await store.accept(acceptance)
        try await store.store.keep(TurnCheckpoint(row: turn.row, part: 0, deltas: [AnswerDelta(content: text)]))
        _ = try await store.store.settle(store.settlement(turn, text + String(repeating: "x", count: 70_000)))
        try await store.store.reserve(reservation(.random()))
        let id = try #require(turn.conversation)
        let change = ConversationChange(title: text, metadata: ["a": text], tags: [text], instructions: .set(text))
        _ = try await store.store.updateConversation(id, change, of: anna.id)
        let answer = StoredAnswer(status: 200, body: #"{"id":"\#(id.text)","title":"\#(text)"}"#)
        try await store.store.keep(answer, for: .init(key: "created", request: []), of: anna.id)
        let items = try store.store.items(ItemQuery(limit: 9, ascending: true), in: id, of: anna.id).elements
        _ = try await store.store.edit(items[0].id, in: id, to: ItemDraft(user(text + "3")), pinned: true, of: anna.id)
        let summary = ItemContent(
            JSON.Object([
                .init(name: "type", value: "compaction"), .init(name: "summary", value: .string(text)),
                .init(name: "encrypted_content", value: "x"),
            ])
        )
        _ = try await store.store.append([ItemDraft(summary)], to: id, of: anna.id)
        try await store.database.write(.turn) { connection in
            _ = try connection.run(
                "INSERT INTO item_metadata (place, name, value) VALUES (?, 'a', ?)",
                .integer(items[0].place.key),
                .text(text)
            )
        }
        _ = try await store.store.remove(RemovalRequest(keep: 5, by: .init(user: anna.name)), of: anna.id)
        try await store.store.indexAll()
        try await store.store.sealTexts()
        // Waits for the index.
        try await store.turn([user(text + "4")], answer: "b", owner: anna)
    }

    /// Every table there is, those of the future too.
    private func tables(_ store: TemporaryStore) throws -> [String: Int64] {
        try store.database.read { connection in
            let names = try connection.rows(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'search%'"
            ) { try $0.text(0) }
            let counts = try names.map { name in
                (name, try connection.row("SELECT count(*) FROM \(name)") { try $0.integer(0) } ?? 0)
            }
            return Dictionary(counts) { $1 }
        }
    }

    /// The tables with a column that holds one of these, as text or as bytes.
    private func holders(of needles: [[UInt8]], in store: TemporaryStore) throws -> [String] {
        try store.database.read { connection in
            let columns = try connection.rows(
                """
                SELECT master.name, info.name
                FROM sqlite_schema AS master
                JOIN pragma_table_info(master.name) AS info
                WHERE master.type = 'table'
                AND master.sql NOT LIKE 'CREATE VIRTUAL%'
                """
            ) { (table: try $0.text(0), column: try $0.text(1)) }
            return try columns.filter { table, column in
                try needles.contains { needle in
                    let digits = needle.map { String(format: "%02X", $0) }.joined()
                    let sql = "SELECT count(*) FROM \"\(table)\" WHERE instr(hex(\"\(column)\"), ?) > 0"
                    return try connection.row(sql, .text(digits)) { try $0.integer(0) } ?? 0 > 0
                }
            }
            .map { "\($0.table).\($0.column)" }
        }
    }

    @Test func noTableKeepsAnythingOfAPerson() async throws {
        try await TemporaryStore.with { store in
            try await store.turn([user("kept")], answer: String(repeating: "k", count: 70_000))
            try await store.store.indexAll()
            let before = try tables(store)
            let canary = Canary()
            let anna = try await store.store.addUser("anna", role: .user, by: .server)
            try await fill(store, of: anna, canary)
            let filled = try tables(store)
            let grown = Set(filled.filter { $0.value > before[$0.key] ?? 0 }.keys)
            let others: Set = [
                "process", "calibration", "seal_key", "erasure", "retention_policy", "audit_head", "usage_horizon",
            ]
            #expect(grown == Set(filled.keys).subtracting(others))
            let secrets = try store.database.read { connection in
                try connection.rows(
                    """
                    SELECT public_id FROM conversation WHERE person_id = ?
                    UNION ALL
                    SELECT item.public_id FROM item JOIN conversation ON conversation.id = conversation_id
                    WHERE person_id = ?
                    UNION ALL
                    SELECT public_id FROM turn WHERE person_id = ?
                    UNION ALL
                    SELECT hash_key FROM person WHERE id = ?
                    """,
                    Array(repeating: .integer(anna.id.rawValue), count: 4)
                ) { try $0.blob(0) }
            }
            #expect(secrets.count > 8)
            #expect(try holders(of: secrets, in: store).count > 4)
            let receipt = try await store.store.erase("anna", by: actor) { _ in }
            #expect(receipt.counts.conversations == 2 && receipt.counts.turns == 2 && receipt.keys == 1)
            #expect(receipt.counts.items == 8 && receipt.counts.bytes > 70_000 && receipt.counts.tokens == 4)
            let after = try tables(store).filter { $0.key != "audit" && $0.key != "erasure" }
            #expect(after == before.filter { $0.key != "audit" && $0.key != "erasure" })
            // The audit log keeps names of users and labels of keys, and says so.
            #expect(try holders(of: secrets, in: store) == [])
            #expect(try holders(of: [Array(canary.text.utf8)], in: store) == ["audit.entry"])
            let audit = try await store.store.auditEntries(AuditQuery()).elements
            #expect(audit.filter { JSON.object($0.event.details).text.contains(canary.text) }.count == 1)
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
