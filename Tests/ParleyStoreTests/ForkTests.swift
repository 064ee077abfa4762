import Parley
import ParleySQLite
import ParleyStore
import Synchronization
import Testing

/// Copies of paths.
struct ForkTests {
    private func items(_ store: Store, _ id: Conversation.ID, _ owner: User) throws -> [Item] {
        var items: [Item] = []
        var page = Page<Item>(elements: [], hasMore: true)
        while page.hasMore {
            page = try store.items(
                ItemQuery(after: items.last?.id, limit: 100, ascending: true),
                in: id,
                of: owner.id
            )
            items += page.elements
        }
        return items
    }

    private func fill(_ store: TemporaryStore, _ id: Conversation.ID, _ count: Int) async throws {
        for start in stride(from: 0, to: count, by: 100) {
            let drafts = (start..<min(start + 100, count)).map {
                ItemDraft($0.isMultiple(of: 2) ? user("\($0)") : assistant("\($0)"))
            }
            _ = try await store.store.append(drafts, to: id, of: store.user.id)
        }
    }

    @Test func aForkIsACopyOfThePathThroughItsBranches() async throws {
        try await TemporaryStore.with { store in
            let new = NewConversation(title: "t", settings: .init(model: "m", policy: .turns(2)), metadata: ["a": "1"])
            let id = try await store.store.createConversation(new, of: store.user.id).id
            try await fill(store, id, 300)
            let image = String(repeating: "i", count: 100_000)
            let old = try items(store.store, id, store.user)
            _ = try await store.store.edit(
                old[290].id,
                in: id,
                to: ItemDraft(user(image)),
                pinned: true,
                of: store.user.id
            )
            _ = try await store.store.append([ItemDraft(assistant("end"))], to: id, of: store.user.id)
            try await store.store.deleteItem(old[3].id, in: id, of: store.user.id)

            let path = try items(store.store, id, store.user)
            let fork = try await store.store.fork(id, ConversationFork(metadata: ["b": "2"]), of: store.user.id)
            let copy = try items(store.store, fork.id, store.user)
            #expect(copy.map(\.content) == path.map(\.content) && copy.count == 291)
            #expect(copy.map(\.createdAt) == path.map(\.createdAt) && copy.map(\.pinned) == path.map(\.pinned))
            #expect(copy.map(\.place.position) == path.map(\.place.position))
            #expect(Set(copy.map(\.id)).isDisjoint(with: path.map(\.id)))
            #expect(fork.title == "t" && fork.settings == new.settings && fork.metadata == ["b": "2"])
            #expect(fork.itemCount == 291)
            #expect(try chains(store, copy) == chains(store, path))
        }
    }

    private func chains(_ store: TemporaryStore, _ items: [Item]) throws -> [[UInt8]] {
        try store.database.read { connection in
            try items.flatMap { item in
                try connection.rows("SELECT chain, match FROM item WHERE place = ?", .integer(item.place.key)) {
                    try $0.blob(0) + $0.blob(1)
                }
            }
        }
    }

    @Test func theTwoGoOnByThemselves() async throws {
        try await TemporaryStore.with { store in
            let id = try #require(
                try await store.turn([user("a"), assistant("A"), user("b")], answer: "B").conversation
            )
            let old = try items(store.store, id, store.user)
            let end = ConversationFork(item: old[1].id, title: "other")
            let fork = try await store.store.fork(id, end, of: store.user.id)
            #expect(fork.title == "other")
            _ = try await store.store.append([ItemDraft(user("c"))], to: fork.id, of: store.user.id)
            try await store.store.deleteItem(old[0].id, in: id, of: store.user.id)
            #expect(try store.texts(fork.id) == ["a", "A", "c"])
            #expect(try store.texts(id) == ["A", "b", "B"])
        }
    }

    @Test func anEmptyConversationAndAnotherLineCanBeForked() async throws {
        try await TemporaryStore.with { store in
            let id = try await store.store.createConversation(NewConversation(), of: store.user.id).id
            #expect(try await store.store.fork(id, ConversationFork(), of: store.user.id).itemCount == 0)
            try await fill(store, id, 4)
            let old = try items(store.store, id, store.user)
            _ = try await store.store.edit(
                old[1].id,
                in: id,
                to: ItemDraft(assistant("x")),
                pinned: false,
                of: store.user.id
            )
            let fork = try await store.store.fork(id, ConversationFork(item: old[2].id), of: store.user.id)
            #expect(try store.texts(fork.id) == ["0", "1", "2"])
        }
    }

    @Test func nobodySeesAForkBeforeItIsComplete() async throws {
        try await TemporaryStore.with { store in
            let id = try await store.store.createConversation(NewConversation(title: "t"), of: store.user.id).id
            try await fill(store, id, 1000)
            let seen = Seen()
            let watched = WatchedDatabase(store.database) {
                seen.add(
                    try store.store.conversations(ConversationQuery(), of: store.user.id).elements.map(\.itemCount)
                )
            }
            let forking = try await Store(watched, host: "test", pid: 1)
            let fork = try await forking.fork(id, ConversationFork(), of: store.user.id)
            #expect(fork.itemCount == 1000)
            #expect(seen.all.count > 8)
            #expect(seen.all.dropLast().allSatisfy { $0 == [1000] })
            #expect(seen.all.last == [1000, 1000])
        }
    }

    @Test func nobodyElseCanTouchTheTree() async throws {
        try await TemporaryStore.with { store in
            let anna = try await store.store.addUser("anna", role: .user).id
            let id = try #require(try await store.turn([user("a")], answer: "A").conversation)
            let own = try await store.store.createConversation(NewConversation(), of: anna).id
            let item = try items(store.store, id, store.user)[0].id
            for conversation in [id, own] {
                await expectNotFound {
                    try await store.store.fork(conversation, ConversationFork(item: item), of: anna)
                }
                await expectNotFound { try await store.store.pin(item, in: conversation, true, of: anna) }
                await expectNotFound {
                    try await store.store.edit(item, in: conversation, to: ItemDraft(user("x")), pinned: true, of: anna)
                }
                for follow in [true, false] {
                    await expectNotFound {
                        try await store.store.moveTip(of: conversation, to: item, follow: follow, of: anna)
                    }
                }
            }
            await expectNotFound { try await store.store.branches(BranchQuery(), in: id, of: anna) }
            #expect(try store.texts(id) == ["a", "A"])
        }
    }

    private func expectNotFound<Value>(_ body: () async throws -> Value) async {
        await #expect { _ = try await body() } throws: { ($0 as? ParleyError)?.code == .notFound }
    }
}

/// What a test saw, write by write.
private final class Seen: Sendable {
    private let lists = Mutex<[[Int]]>([])
    var all: [[Int]] { lists.withLock { $0 } }
    func add(_ list: [Int]) { lists.withLock { $0.append(list) } }
}
