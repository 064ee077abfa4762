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
