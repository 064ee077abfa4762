import Parley
import ParleyStore
import Testing

/// Lists, exports and prunes mean the same conversations by the same filter.
struct ConversationFilterTests {
    /// The titles of those that `change`s of an empty filter let through.
    private func titles(
        _ store: TemporaryStore,
        sort: ConversationSort = .title,
        _ change: (inout ConversationFilter) -> Void = { _ in }
    ) throws -> [String] {
        var query = ConversationQuery(limit: 100, ascending: true, sort: sort)
        change(&query.filter)
        return try store.store.conversations(query, of: store.user.id).elements.map(\.title)
    }

    private func make(
        _ store: TemporaryStore,
        _ title: String,
        items: [ItemContent] = [],
        _ change: ConversationChange = .init()
    ) async throws -> Conversation.ID {
        let new = NewConversation(title: title, items: items.map { ItemDraft($0) })
        let id = try await store.store.createConversation(new, of: store.user.id).id
        _ = try await store.store.updateConversation(id, change, of: store.user.id)
        return id
    }

    @Test func everyConditionMustHold() async throws {
        try await TemporaryStore.with { store in
            _ = try await make(store, "a", .init(tags: ["x", "y"], pinned: true))
            _ = try await make(store, "b", .init(tags: ["x"], archived: true))
            _ = try await make(store, "c", .init(model: .set("m")))
            #expect(try titles(store) == ["a", "b", "c"])
            #expect(try titles(store) { $0.tags = ["x"] } == ["a", "b"])
            #expect(try titles(store) { $0.tags = ["x", "y"] } == ["a"])
            #expect(try titles(store) { $0.archived = false } == ["a", "c"])
            #expect(try titles(store) { $0.pinned = false } == ["b", "c"])
            #expect(try titles(store) { $0.model = "m" } == ["c"])
            #expect(try titles(store) { ($0.tags, $0.archived) = (["x"], true) } == ["b"])
            #expect(try titles(store) { ($0.title, $0.pinned) = ("A", false) } == [])
        }
    }

    @Test func aRatingIsOneOrTheOther() async throws {
        try await TemporaryStore.with { store in
            for (title, rating) in [("liked", 1), ("not liked", -1), ("not rated", nil)] {
                let id = try await make(store, title, items: [user("q"), assistant("a")])
                let items = try store.store.items(ItemQuery(), in: id, of: store.user.id).elements
                let answer = try #require(items.first { $0.content.role == .assistant })
                _ = try await store.store.rate(answer.id, in: id, rating, of: store.user.id)
            }
            #expect(try titles(store) { $0.rating = 1 } == ["liked"])
            #expect(try titles(store) { $0.rating = -1 } == ["not liked"])
        }
    }

    /// None of these is a pattern, and none ends where U+0000 stands: a prune by such a title would take everything.
    @Test(arguments: ["%", "_", "\\", "\u{0}", "a\u{0}b", "'", "天", String(repeating: "x", count: 500)])
    func aTitleIsFoundByItsLetters(_ text: String) async throws {
        try await TemporaryStore.with { store in
            _ = try await make(store, "others")
            _ = try await make(store, "a \(text) B")
            #expect(try titles(store) { $0.title = text } == ["a \(text) B"])
            #expect(try titles(store) { $0.title = "\(text) b" } == ["a \(text) B"])
            #expect(try titles(store) { $0.title = "\(text)?" } == [])
        }
    }

    @Test func aModelThatWasAskedCounts() async throws {
        try await TemporaryStore.with { store in
            try await store.turn([user("asked")], answer: "a")
            _ = try await make(store, "not asked")
            #expect(try titles(store) { $0.model = "echo" } == ["asked"])
        }
    }

    @Test func timesAreExclusiveBeforeAndInclusiveAfter() async throws {
        try await TemporaryStore.with { store in
            let id = try await make(store, "a")
            let made = try store.store.conversation(id, of: store.user.id)
            let later = Timestamp(milliseconds: made.createdAt.milliseconds + 1)
            #expect(try titles(store) { $0.createdBefore = made.createdAt } == [])
            #expect(try titles(store) { $0.createdBefore = later } == ["a"])
            #expect(try titles(store) { $0.createdAfter = made.createdAt } == ["a"])
            #expect(try titles(store) { $0.createdAfter = later } == [])
            #expect(try titles(store) { $0.updatedBefore = made.updatedAt } == [])
            #expect(try titles(store) { $0.updatedAfter = made.updatedAt } == ["a"])
        }
    }

    @Test func userMessagesAreCountedOnTheActivePathOnly() async throws {
        try await TemporaryStore.with { store in
            let said = [user("1"), assistant("a"), user(#"{"role":"user"}"#), assistant("b"), user("3")]
            let id = try await make(store, "three", items: said)
            _ = try await make(store, "one", items: [user("1"), assistant("a"), assistant("b"), assistant("c")])
            #expect(try titles(store) { $0.minimumTurns = 1 } == ["one", "three"])
            #expect(try titles(store) { $0.minimumTurns = 2 } == ["three"])
            #expect(try titles(store) { $0.minimumTurns = 4 } == [])
            _ = try await store.store.rewind(id, of: store.user.id)
            #expect(try titles(store) { $0.minimumTurns = 3 } == [])
            _ = try await store.store.append([ItemDraft(user("again"))], to: id, of: store.user.id)
            #expect(try titles(store) { $0.minimumTurns = 3 } == ["three"])
        }
    }

    @Test func emptinessLooksAtEveryBranch() async throws {
        try await TemporaryStore.with { store in
            _ = try await make(store, "empty")
            let id = try await make(store, "left", items: [user("1")])
            _ = try await store.store.rewind(id, of: store.user.id)
            #expect(try titles(store) { $0.isEmpty = true } == ["empty"])
            #expect(try titles(store) { $0.isEmpty = false } == ["left"])
        }
    }

    @Test func totalsCountTurnsAndBytes() async throws {
        try await TemporaryStore.with { store in
            _ = try await make(store, "empty")
            try await store.turn([user("two turns")], answer: "a")
            try await store.turn([user("two turns"), assistant("a"), user("b")], answer: "c")
            _ = try await make(store, "large", items: [user(String(repeating: "天", count: 30_000))])
            #expect(try titles(store) { $0.minimumTokens = 3 } == ["two turns"])
            #expect(try titles(store) { $0.minimumTokens = 5 } == [])
            #expect(try titles(store) { $0.minimumBytes = 90_000 } == ["large"])
            #expect(try titles(store) { $0.minimumCost = 1 } == [])
            #expect(try titles(store, sort: .size) == ["empty", "two turns", "large"])
            #expect(try titles(store, sort: .tokens).last == "two turns")
        }
    }

    @Test(arguments: ConversationSort.allCases, [true, false])
    func pagesOfEveryOrderMeetEachConversationOnce(_ sort: ConversationSort, _ ascending: Bool) async throws {
        try await TemporaryStore.with { store in
            for number in 0..<7 {
                _ = try await make(store, "title \(number % 3)", items: number % 2 == 0 ? [user("x")] : [])
            }
            var found: [Conversation.ID] = []
            var page: Page<Conversation>
            repeat {
                let query = ConversationQuery(after: found.last, limit: 2, ascending: ascending, sort: sort)
                page = try await store.store.surveyConversations(query, of: store.user.id)
                found += page.elements.map(\.id)
            } while page.hasMore
            #expect(found.count == 7)
            #expect(Set(found).count == 7)
        }
    }

    @Test func deletedOnesAreAListOfTheirOwn() async throws {
        try await TemporaryStore.with { store in
            let id = try await make(store, "gone")
            _ = try await make(store, "there")
            try await store.store.deleteConversation(id, of: store.user.id)
            #expect(try titles(store) == ["there"])
            let query = ConversationQuery(deleted: true)
            #expect(try store.store.conversations(query, of: store.user.id).elements.map(\.title) == ["gone"])
        }
    }
}
