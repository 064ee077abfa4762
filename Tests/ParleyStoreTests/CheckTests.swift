import Foundation
import Parley
import ParleySQLite
import ParleyStore
import Testing

/// Whatever is changed from outside is found.
@Suite(.timeLimit(.minutes(2)))
struct CheckTests {
    private func findings(_ store: Store) async throws -> [DatabaseFinding] {
        var findings: [DatabaseFinding] = []
        try await store.check { event in
            if case .finding(let finding) = event { findings.append(finding) }
        }
        return findings
    }

    /// Some of everything: branches, edits, tombstones, long strings, summaries, copies, responses, other users.
    private func fill(_ store: TemporaryStore) async throws {
        let owner = store.user.id
        let long = String(repeating: "l", count: 70_000)
        let first = try await store.turn([user("hello one")], answer: long, endUser: "end")
        let id = try #require(first.conversation)
        try await store.turn(
            [user("hello one"), assistant(long), user("hello two")],
            answer: "hello answer",
            endUser: "end"
        )
        let items = try store.store.items(ItemQuery(limit: 10, ascending: true), in: id, of: owner).elements
        _ = try await store.store.edit(items[0].id, in: id, to: ItemDraft(user("edited")), pinned: false, of: owner)
        _ = try await store.store.edit(items[2].id, in: id, to: ItemDraft(user("edit")), pinned: true, of: owner)
        _ = try await store.store.append([ItemDraft(assistant("x")), ItemDraft(user("y"))], to: id, of: owner)
        let tail = try store.store.items(ItemQuery(limit: 10, ascending: true), in: id, of: owner).elements
        try await store.store.deleteItem(tail[tail.count - 2].id, in: id, of: owner)
        _ = try await store.store.fork(id, ConversationFork(), of: owner)
        let summary = ItemContent(
            JSON.Object([
                .init(name: "type", value: "compaction"), .init(name: "summary", value: "in short"),
                .init(name: "encrypted_content", value: "x"),
            ])
        )
        _ = try await store.store.append([ItemDraft(summary)], to: id, of: owner)
        _ = try await store.accept(store.acceptance([user("failed")], in: .hidden))
        let anna = try await store.store.addUser("anna", role: .user)
        try await store.turn([user("hello anna")], answer: "b", owner: anna)
        let gone = try await store.turn([user("gone")], answer: "b", owner: anna)
        try await store.store.deleteConversation(try #require(gone.conversation), of: anna.id)
        _ = try await store.store.addUser("carl", role: .user)
        _ = try await store.store.erase("carl", by: .server) { _ in }
    }

    @Test func aSoundDatabaseHasNoFindings() async throws {
        try await TemporaryStore.with { store in
            #expect(try await findings(store.store) == [])
            try await fill(store)
            #expect(try await findings(store.store) == [])
        }
    }

    @Test(
        arguments: [
            ("UPDATE item SET json = replace(json, 'hello two', 'hello tvo')", .chain),
            ("UPDATE item SET chain = zeroblob(32) WHERE place = (SELECT min(place) FROM item)", .chain),
            ("UPDATE blob SET content = 'm' || substr(content, 2)", .chain),
            ("UPDATE item SET json = 'nonsense' WHERE place = (SELECT min(place) FROM item)", .chain),
            ("DELETE FROM item WHERE json LIKE '%hello anna%'", .chain),
            ("DELETE FROM blob", .orphan),
            ("DELETE FROM item_blob", .orphan),
            ("INSERT INTO item_metadata (place, name, value) VALUES (7, 'a', 'b')", .orphan),
            ("INSERT INTO conversation_tag (conversation_id, tag) VALUES (999, 'a')", .orphan),
            ("INSERT INTO compaction (place, summary) VALUES (7, 'b')", .orphan),
            ("INSERT INTO chunk (turn_id, part, content, created_at) VALUES (999, 0, 'b', 1)", .orphan),
            ("UPDATE turn SET conversation_id = 999 WHERE id = 1", .orphan),
            ("UPDATE branch SET parent_branch_id = 999 WHERE parent_branch_id IS NOT NULL", .orphan),
            ("UPDATE conversation SET tip_position = 99 WHERE id = 1", .tip),
            ("DELETE FROM audit WHERE id = 1", .audit),
            ("UPDATE conversation SET tip_branch_id = 2 WHERE id = 1", .tip),
            ("UPDATE conversation SET tip_branch_id = 999 WHERE id = 1", .tip),
            ("UPDATE conversation SET item_count = item_count + 1 WHERE id = 2", .count),
            ("UPDATE conversation SET tip_branch_id = NULL, tip_position = NULL WHERE id = 1", .count),
            ("UPDATE conversation SET removal_id = 99 WHERE id = 1", .orphan),
            ("UPDATE turn SET input_place = 7 WHERE id = 1", .orphan),
            ("UPDATE item SET conversation_id = 2 WHERE place = (SELECT min(place) FROM item)", .orphan),
            ("UPDATE branch SET conversation_id = 2 WHERE parent_branch_id IS NOT NULL", .orphan),
            ("INSERT INTO turn_blob (turn_id, digest) VALUES (999, x'00')", .orphan),
            ("INSERT INTO allowance VALUES (1, 99, 'tokens_per_day', 1)", .orphan),
            ("INSERT INTO idempotency_subject VALUES (x'00', 1, 'a')", .orphan),
            ("INSERT INTO idempotency VALUES (1, 'a', x'00', 999, NULL, NULL, 1)", .orphan),
            ("INSERT INTO search_pending VALUES (999, 0, 1)", .search),
            ("INSERT INTO search_title VALUES (999, 1, 'a')", .search),
            ("UPDATE usage_day SET input_tokens = input_tokens + 1", .usage),
            ("UPDATE usage_day SET cost = 1", .usage),
            ("UPDATE turn SET output_tokens = output_tokens + 1 WHERE id = 1", .usage),
            ("DELETE FROM usage_day", .usage),
            ("INSERT INTO usage_day VALUES (1, 20000, 0, 'echo', 1, 1, 0, 1, 0, 2)", .usage),
            ("INSERT INTO spending VALUES (1, 0, '2020-01', 5, 0)", .usage),
            ("INSERT INTO spending VALUES (1, 0, '2020-01-31', 0, 5)", .usage),
            ("INSERT INTO spending VALUES (1, 0, 'nonsense', 0, 0)", .usage),
            ("INSERT INTO reservation VALUES (x'00', 1, 0, '2020-01', 99, 5, 0)", .usage),
        ] as [(String, DatabaseFinding.Subject)]
    )
    func whatWasChangedIsFound(_ change: String, _ subject: DatabaseFinding.Subject) async throws {
        try await TemporaryStore.with { store in
            try await fill(store)
            let changed = try await store.database.write(.turn) { try $0.run(change) }
            #expect(changed > 0, "\(change)")
            let findings = try await findings(store.store)
            #expect(findings.contains { $0.subject == subject }, "\(change): \(findings)")
            #expect(findings.allSatisfy { !$0.remedy.isEmpty })
        }
    }

    /// The trigger that takes the seal away is taken away first, as damage asks none.
    @Test(
        arguments: [
            ("conversation_unseals", "UPDATE conversation SET title = 'other' WHERE id = 1"),
            ("conversation_unseals", "UPDATE conversation SET instructions = 'other' WHERE id = 1"),
            ("changed_metadata_unseals", "UPDATE conversation_metadata SET value = 'other'"),
            ("changed_tag_unseals", "UPDATE conversation_tag SET tag = 'other'"),
            ("removed_tag_unseals", "DELETE FROM conversation_tag"),
            ("summary_unseals", "UPDATE compaction SET summary = 'other'"),
        ]
    )
    func whatIsBesideTheChainIsSealed(_ trigger: String, _ change: String) async throws {
        try await TemporaryStore.with { store in
            try await fill(store)
            let found = try store.database.read { connection in
                try connection.row("SELECT public_id FROM conversation WHERE id = 1") {
                    Conversation.ID(bytes: try $0.blob(0))
                }
            }
            let id = try #require(found)
            let texts = ConversationChange(metadata: ["a": "b"], tags: ["t"])
            _ = try await store.store.updateConversation(id, texts, of: store.user.id)
            try await store.store.sealTexts()
            #expect(try await findings(store.store) == [])
            // Whoever writes through SQL unseals, and is not taken for damage.
            try await store.database.write(.turn) { _ = try $0.run(change) }
            #expect(try await findings(store.store) == [])
            try await store.store.sealTexts()
            #expect(try await findings(store.store) == [])
            _ = try await store.store.updateConversation(
                id,
                ConversationChange(title: "hello one", metadata: ["a": "b"], tags: ["t"], instructions: .clear),
                of: store.user.id
            )
            try await store.database.write(.turn) { _ = try $0.run("UPDATE compaction SET summary = 'in short'") }
            try await store.store.sealTexts()
            try await store.database.write(.turn) { connection in
                try connection.run("DROP TRIGGER \(trigger)")
                try connection.run(change)
            }
            let told = try await findings(store.store)
            #expect(told.map(\.subject) == [.text], "\(change): \(told)")
        }
    }

    @Test func aBudgetThatIsRightIsNoFinding() async throws {
        try await TemporaryStore.with { store in
            var acceptance = store.acceptance([user("a")])
            let budget = Budget(spender: Spender(user: store.user.id), span: .month, tokens: 100, cost: nil)
            acceptance.reservation = Reservation(
                turn: acceptance.id,
                most: Spent(tokens: 10),
                budgets: [budget],
                time: acceptance.createdAt
            )
            let turn = try await store.accept(acceptance)
            #expect(try await findings(store.store) == [])
            _ = try await store.store.settle(store.settlement(turn, "b"))
            #expect(try await findings(store.store) == [])
            try await store.database.write(.turn) { _ = try $0.run("UPDATE spending SET tokens = tokens - 1") }
            #expect(try await findings(store.store).map(\.subject) == [.usage])
        }
    }

    @Test func whatRetentionRemovesIsNoFinding() async throws {
        try await TemporaryStore.with { store in
            let id = try #require(try await store.turn([user("gone")], answer: "b").conversation)
            try await store.turn([user("stays")], answer: "b")
            var filter = ConversationFilter()
            filter.title = "gone"
            _ = try await store.store.remove(RemovalRequest(filter, by: .server), of: store.user.id)
            #expect(throws: ParleyError.self) { try store.store.conversation(id, of: store.user.id) }
            #expect(try await findings(store.store) == [])
            try await store.database.write(.turn) { _ = try $0.run("UPDATE turn SET created_at = created_at - 5000") }
            _ = try await store.store.enforce(RetentionPolicy(usage: .after(.seconds(1))))
            let turns = try store.database.read { try $0.row("SELECT count(*) FROM turn") { try $0.integer(0) } }
            #expect(turns == 1)
            #expect(try await findings(store.store) == [])
        }
    }

    @Test func aBitThatFlipsInTheFileIsFound() async throws {
        let store = try await TemporaryStore()
        try await store.turn([user("the quick brown fox")], answer: "jumps")
        await store.close()
        let file = store.directory.appending(path: "parley.sqlite")
        var bytes = try Data(contentsOf: file)
        let place = try #require(bytes.range(of: Data("brown fox\"".utf8)))
        bytes[place.lowerBound] ^= 1
        try bytes.write(to: file)
        let reopened = try await TemporaryStore(directory: store.directory)
        #expect(try await reopened.database.check(isThorough: true) == [])
        #expect(try await findings(reopened.store).map(\.subject) == [.chain])
        await reopened.remove()
    }

    /// D13 in small: each flip is made in a copy of its own, in a text of a message, a title, a tag or a summary.
    @Test func everyFlipInATextIsFound() async throws {
        let store = try await TemporaryStore()
        let texts = ["Frühlingsmorgen am Fluß", "春天的早晨在河边走一走", "a tag of mine", "what was said in short"]
        let turn = try await store.turn([user(texts[0])], answer: texts[1])
        let id = try #require(turn.conversation)
        let change = ConversationChange(title: "title " + texts[1], tags: [texts[2]])
        _ = try await store.store.updateConversation(id, change, of: store.user.id)
        let summary = ItemContent(
            JSON.Object([
                .init(name: "type", value: "compaction"), .init(name: "summary", value: .string(texts[3])),
                .init(name: "encrypted_content", value: "x"),
            ])
        )
        _ = try await store.store.append([ItemDraft(summary)], to: id, of: store.user.id)
        try await store.store.sealTexts()
        await store.close()
        let file = store.directory.appending(path: "parley.sqlite")
        let whole = try Data(contentsOf: file)
        let places = texts.flatMap { Self.places(of: Data($0.utf8), in: whole) }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var bytes = whole
            let place = try #require(places.randomElement(using: &random))
            let bit = UInt8.random(in: 0..<8, using: &random)
            bytes[place] ^= 1 << bit
            try bytes.write(to: file)
            let damaged = try await TemporaryStore(directory: store.directory)
            let found = try await findings(damaged.store)
            #expect(!found.isEmpty, "byte \(place), bit \(bit)")
            #expect(found.allSatisfy { $0.subject == .chain || $0.subject == .text || $0.subject == .files })
            await damaged.close()
            for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file.path + suffix) }
        }
        try? FileManager.default.removeItem(at: store.directory)
    }

    /// Every byte of every occurrence.
    private static func places(of text: Data, in file: Data) -> [Int] {
        var places: [Int] = []
        var start = file.startIndex
        while let range = file.range(of: text, in: start..<file.endIndex) {
            places += Array(range)
            start = range.upperBound
        }
        return places
    }

    @Test func manyItemsAreCheckedStepByStep() async throws {
        try await TemporaryStore.with { store in
            let id = try await store.store.createConversation(NewConversation(), of: store.user.id).id
            for _ in 0..<6 {
                let drafts = (0..<1_000).map { ItemDraft(user("\($0)")) }
                _ = try await store.store.append(drafts, to: id, of: store.user.id)
            }
            var items: [Int64] = []
            try await store.store.check { event in
                if case .progress(let progress) = event, progress.subject == .chain { items.append(progress.items) }
            }
            #expect(items.count == 2 && items.last == 6_000)
        }
    }
}
