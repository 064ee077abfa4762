import Parley
import Testing

@testable import ParleyStore

/// Compactions: their text beside the item, and their sealed form.
@Suite(.timeLimit(.minutes(1)))
struct CompactionTests {
    private let compaction = Compaction(summary: "小明住在上海", covers: 2, model: "m")

    @Test func onlyItsOwnerOpensWhatWasSealed() async throws {
        try await TemporaryStore.with { parley in
            let other = try await parley.store.addUser("other", role: .user)
            let sealed = try parley.store.seal("小明", for: parley.user.id)
            #expect(try parley.store.unseal(sealed, of: parley.user.id) == "小明")
            #expect(try parley.store.unseal(sealed, of: other.id) == nil)
            #expect(try parley.store.seal("小明", for: parley.user.id) == sealed)
        }
    }

    @Test(arguments: ["", "AQ==", "not base64", String(repeating: "A", count: 100)])
    func whatIsNotOursDoesNotOpen(_ text: String) async throws {
        try await TemporaryStore.with { parley in
            let opened = try parley.store.unseal(text, of: parley.user.id)
            #expect(opened == nil)
        }
    }

    @Test func anyChangedByteKeepsItShut() async throws {
        try await TemporaryStore.with { parley in
            let sealed = Array(try parley.store.seal("secret", for: parley.user.id))
            for index in stride(from: 8, to: sealed.count - 2, by: 3) {
                var changed = sealed
                changed[index] = changed[index] == "A" ? "B" : "A"
                #expect(try parley.store.unseal(String(changed), of: parley.user.id) == nil)
            }
        }
    }

    @Test func itsTextIsKeptBesideTheItem() async throws {
        try await TemporaryStore.with { parley in
            let store = parley.store
            let conversation = try await store.createConversation(NewConversation(), of: parley.user.id).id
            let sealed = try store.seal(compaction.summary, for: parley.user.id)
            let draft = ItemDraft(compaction.content(sealed: sealed))
            _ = try await store.append([draft], to: conversation, of: parley.user.id)
            let item = try store.item(draft.id, of: parley.user.id)
            #expect(item.content.json["summary"]?.string == compaction.summary)
            #expect(item.content.json["encrypted_content"]?.string == sealed)
            #expect(Compaction(item.content) == compaction)
            let rows = try store.database.read { try $0.rows("SELECT json FROM item") { try $0.text(0) } }
            #expect(rows.allSatisfy { !$0.contains("小明") })
            try await store.deleteItem(draft.id, in: conversation, of: parley.user.id)
            let left = try store.database.read { try $0.rows("SELECT place FROM compaction") { try $0.integer(0) } }
            #expect(left.isEmpty)
        }
    }
}
