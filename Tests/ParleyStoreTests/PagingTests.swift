import Parley
import ParleySQLite
import ParleyStore
import Testing

/// Pages of items and conversations.
struct PagingTests {
    private func conversation(_ store: TemporaryStore, items: Int) async throws -> Conversation {
        let conversation = try await store.store.createConversation(NewConversation(), of: store.user.id)
        for start in stride(from: 0, to: items, by: 100) {
            let drafts = (start..<min(start + 100, items)).map {
                ItemDraft($0.isMultiple(of: 2) ? user("\($0)") : assistant("\($0)"))
            }
            _ = try await store.store.append(drafts, to: conversation.id, of: store.user.id)
        }
        return conversation
    }

    @Test(arguments: [true, false])
    func pagesCoverEverythingOnce(_ ascending: Bool) async throws {
        try await TemporaryStore.with { store in
            let conversation = try await conversation(store, items: 103)
            var seen: [String] = []
            var after: Item.ID?
            repeat {
                let page = try store.store.items(
                    ItemQuery(after: after, limit: 10, ascending: ascending),
                    in: conversation.id,
                    of: store.user.id
                )
                seen += page.elements.map(\.content.text)
                after = page.hasMore ? page.elements.last?.id : nil
            } while after != nil
            let all = (0..<103).map(String.init)
            #expect(seen == (ascending ? all : all.reversed()))
        }
    }

    @Test func aPageDoesNotShiftWhenItemsAreAdded() async throws {
        try await TemporaryStore.with { store in
            let conversation = try await conversation(store, items: 30)
            func page(_ after: Item.ID?) throws -> Page<Item> {
                try store.store.items(ItemQuery(after: after, limit: 10), in: conversation.id, of: store.user.id)
            }
            let first = try page(nil)
            _ = try await store.store.append([ItemDraft(user("new"))], to: conversation.id, of: store.user.id)
            #expect(
                try page(first.elements.last?.id).elements.map(\.content.text) == (10..<20).reversed().map(String.init)
            )
        }
    }

    @Test func pagesFollowThePathThroughItsBranches() async throws {
        try await TemporaryStore.with { store in
            var list: [ItemContent] = []
            for round in 0..<5 {
                list.append(user("q\(round)"))
                try await store.turn(list, answer: "a\(round)")
                list.append(assistant("a\(round)"))
                // An edit of the question just asked: the path now leaves the old branch here.
                list[list.count - 2] = user("q\(round)'")
                list.removeLast()
                try await store.turn(list, answer: "a\(round)'")
                list.append(assistant("a\(round)'"))
            }
            let conversations = try store.store.conversations(ConversationQuery(), of: store.user.id).elements
            // The first edit has no answer before it, so it began a conversation of its own.
            let id = try #require(conversations.first?.id)
            let expected = list.map(\.text)
            for limit in 1...expected.count {
                var seen: [String] = []
                var after: Item.ID?
                repeat {
                    let page = try store.store.items(
                        ItemQuery(after: after, limit: limit, ascending: true),
                        in: id,
                        of: store.user.id
                    )
                    seen += page.elements.map(\.content.text)
                    after = page.hasMore ? page.elements.last?.id : nil
                } while after != nil
                #expect(seen == expected)
            }
        }
    }

    @Test func anUnknownCursorIsRefused() async throws {
        try await TemporaryStore.with { store in
            let conversation = try await conversation(store, items: 3)
            #expect {
                try store.store.items(ItemQuery(after: .random()), in: conversation.id, of: store.user.id)
            } throws: { ($0 as? ParleyError)?.parameter == "after" }
        }
    }

    @Test func conversationsArePagedByTheirLastUpdate() async throws {
        try await TemporaryStore.with { store in
            for number in 0..<25 { try await store.turn([user("\(number)")], answer: "a") }
            var titles: [String] = []
            var after: Conversation.ID?
            repeat {
                let page = try store.store.conversations(ConversationQuery(after: after, limit: 10), of: store.user.id)
                titles += page.elements.map(\.title)
                after = page.hasMore ? page.elements.last?.id : nil
            } while after != nil
            #expect(titles == (0..<25).reversed().map(String.init))
        }
    }

    @Test func metadataPairsAreAllAskedFor() async throws {
        try await TemporaryStore.with { store in
            let both = NewConversation(title: "both", metadata: ["a": "1", "b": "2"])
            _ = try await store.store.createConversation(both, of: store.user.id)
            _ = try await store.store.createConversation(
                NewConversation(title: "one", metadata: ["a": "1"]),
                of: store.user.id
            )
            var query = ConversationQuery()
            query.filter.metadata = ["a": "1", "b": "2"]
            let found = try store.store.conversations(query, of: store.user.id)
            #expect(found.elements.map(\.title) == ["both"])
        }
    }

    /// The path goes through a branch for every question, and none of them is looked up again for each page.
    @Test(arguments: [true, false])
    func readingPageByPageIsLinearThroughManyBranches(_ ascending: Bool) async throws {
        try await TemporaryStore.with { store in
            let branches = 200
            let id = try await conversation(store, items: 0).id
            for number in 0..<branches {
                let added = try await store.store.append(
                    [ItemDraft(user("q\(number)"))],
                    to: id,
                    of: store.user.id
                )
                let question = try #require(added.first?.id)
                let edited = ItemDraft(user("q\(number)'"))
                _ = try await store.store.edit(question, in: id, to: edited, pinned: false, of: store.user.id)
                _ = try await store.store.append([ItemDraft(assistant("a\(number)"))], to: id, of: store.user.id)
            }
            let watched = WatchedDatabase(store.database)
            let reading = try await Store(watched, host: "test", pid: 1)
            let before = watched.counts
            var seen: [String] = []
            var query = ItemQuery(limit: 5, ascending: ascending)
            repeat {
                let page = try reading.items(query, in: id, of: store.user.id)
                seen += page.elements.map(\.content.text)
                query.after = page.hasMore ? page.elements.last?.id : nil
            } while query.after != nil
            let all = (0..<branches).flatMap { ["q\($0)'", "a\($0)"] }
            #expect(seen == (ascending ? all : all.reversed()))
            let pages = seen.count / 5
            let counts = watched.counts
            #expect(counts.statements - before.statements < branches + 8 * pages)
            #expect(counts.rows - before.rows < branches + 8 * pages)
        }
    }
}
