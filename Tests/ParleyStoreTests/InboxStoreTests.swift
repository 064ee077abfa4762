import Parley
import ParleyStore
import Testing

struct InboxStoreTests {
    private let key = InboxLetter.Key(source: "im", id: "1")

    @Test func aLetterIsKeptUntilItIsHandled() async throws {
        try await TemporaryStore.with { place in
            let (store, owner) = (place.store, place.user.id)
            let letter = InboxLetter(key: key, body: "hello")
            #expect(try await store.receive(letter, of: owner))
            #expect(try await store.receive(letter, of: owner))
            let other = try await store.addUser("other", role: .user).id
            #expect(try store.waiting(from: "im", of: owner).map(\.body) == ["hello"])
            #expect(try store.waiting(from: "im", of: owner).map(\.key) == [key])
            #expect(try store.waiting(from: "i", of: owner).isEmpty)
            #expect(try store.waiting(from: "im", of: other).isEmpty)
            #expect(try !store.isWaiting(key, of: other))
            try await store.settle(key, of: owner)
            #expect(try store.waiting(from: "im", of: owner).isEmpty)
            #expect(try await !store.receive(letter, of: owner))
            #expect(try !store.isWaiting(key, of: owner))
        }
    }

    @Test func aChangeIsMadeOnce() async throws {
        try await TemporaryStore.with { place in
            let (store, owner) = (place.store, place.user.id)
            let id = try await store.conversation(from: ConversationOrigin(source: "im", id: "a"), of: owner)
            _ = try await store.append([ItemDraft(user("old"))], to: id, of: owner)
            _ = try await store.receive(InboxLetter(key: key, body: ""), of: owner)
            for _ in 0..<2 {
                let change = InboxChange(
                    startsOver: true,
                    items: [ItemDraft(user("new"))],
                    instructions: "Be brief."
                )
                try await store.apply(change, to: id, for: key, of: owner)
            }
            #expect(try place.texts(id) == ["new"])
            #expect(try store.conversation(id, of: owner).itemCount == 1)
            #expect(try store.conversation(id, of: owner).settings.instructions == "Be brief.")
            #expect(try store.isWaiting(key, of: owner))
        }
    }

    @Test func aConversationIsFoundByItsOriginUntilItIsDeleted() async throws {
        try await TemporaryStore.with { place in
            let (store, owner) = (place.store, place.user.id)
            let origin = ConversationOrigin(source: "im", id: "a")
            let first = try await store.conversation(from: origin, of: owner)
            #expect(try await store.conversation(from: origin, of: owner) == first)
            let other = try await store.addUser("other", role: .user).id
            #expect(try await store.conversation(from: origin, of: other) != first)
            #expect(try await store.conversation(from: ConversationOrigin(source: "im", id: "b"), of: owner) != first)
            try await store.deleteConversation(first, of: owner)
            let second = try await store.conversation(from: origin, of: owner)
            #expect(second != first)
            #expect(try await store.conversation(from: origin, of: owner) == second)
        }
    }
}
