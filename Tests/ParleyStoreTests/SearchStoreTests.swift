import Parley
import ParleySQLite
import ParleyStore
import Testing

/// What was said is found again, whether it is in the index already or not.
@Suite(.timeLimit(.minutes(1)))
struct SearchStoreTests {
    /// Runs `body` twice: with what it stores in the index, and beside it.
    private func with(_ body: (SearchPlace) async throws -> Void) async throws {
        for isIndexed in [true, false] {
            try await TemporaryStore.with { try await body(SearchPlace(base: $0, isIndexed: isIndexed)) }
        }
    }

    @Test(
        arguments: [
            ("weather", ["What is the weather?"]), ("天气", ["今天的天气怎么样"]), ("气", ["今天的天气怎么样"]), ("怎么样", ["今天的天气怎么样"]),
            ("天么", []), ("weath", []), ("weath*", ["What is the weather?"]), ("-weather -答案", ["今天的天气怎么样"]),
            ("\"the weather\"", ["What is the weather?"]), ("weather OR 天气", ["What is the weather?", "今天的天气怎么样"]),
            ("is NOT what", []), ("role:assistant", ["答案一", "答案二"]), ("role:user -weather", ["今天的天气怎么样"]),
            ("after:2001-01-01 before:2002-01-01", []), ("model:echo weather", ["What is the weather?"]),
            ("model:other weather", []), ("答案 sort", []), ("has:tool", []), ("role:system", []),
        ] as [(String, Set<String>)]
    )
    func whatWasSaidIsFound(_ query: String, _ expected: Set<String>) async throws {
        try await with { place in
            try await place.base.turn([user("What is the weather?")], answer: "答案一")
            try await place.base.turn([user("今天的天气怎么样")], answer: "答案二")
            #expect(try await Set(place.texts(query)) == expected, "\(place.isIndexed)")
            #expect(try await Set(place.texts(query, .newest)) == expected, "\(place.isIndexed)")
        }
    }

    @Test func whatIsDeletedIsNotFound() async throws {
        try await with { place in
            let id = try await place.say(["one red", "two red", "three red"])
            try await place.prepare()
            let items = try place.store.items(ItemQuery(limit: 10, ascending: true), in: id, of: place.owner).elements
            try await place.store.deleteItem(items[1].id, in: id, of: place.owner)
            #expect(try await Set(place.texts("red")) == ["one red", "three red"])
            #expect(try await place.texts("two").isEmpty)
            try await place.store.deleteConversation(id, of: place.owner)
            #expect(try await place.texts("red").isEmpty)
        }
    }

    @Test func anEditIsASideBranchOfWhichBothLinesAreFound() async throws {
        try await with { place in
            let id = try await place.say(["a green apple", "a green pear"])
            let items = try place.store.items(ItemQuery(limit: 10, ascending: true), in: id, of: place.owner).elements
            _ = try await place.store.edit(
                items[1].id,
                in: id,
                to: ItemDraft(user("a green plum")),
                pinned: false,
                of: place.owner
            )
            let hits = try await place.search("green").hits
            let marked = Dictionary(uniqueKeysWithValues: hits.map { ($0.snippet.text, $0.isOnSideBranch) })
            #expect(marked == ["a green apple": false, "a green pear": true, "a green plum": false])
        }
    }

    @Test func nobodyFindsWhatAnotherSaid() async throws {
        try await with { place in
            let other = try await place.store.addUser("other", role: .user)
            let theirs = try await place.say(["their secret"], of: other.id)
            _ = try await place.say(["my secret"])
            #expect(try await place.texts("secret") == ["my secret"])
            #expect(try await place.texts("role:user") == ["my secret"])
            #expect(try await place.search("secret", of: other.id).hits.map(\.snippet.text) == ["their secret"])
            await #expect(throws: ParleyError.self) { try await place.search("in:\(theirs.text)") }
        }
    }

    @Test(
        arguments: [
            ("role:user", ["red user"]),
            ("-role:user", ["red system", "red developer", "red(call)", "red result", "red model"]),
            ("role:system", ["red system", "red developer"]), ("role:tool", ["red result"]),
            ("-role:system", ["red user", "red(call)", "red result", "red model"]),
            ("role:assistant", ["red(call)", "red model"]), ("has:tool", ["red(call)", "red result"]),
            ("-role:assistant -role:tool", ["red system", "red developer", "red user"]),
            ("-role:tool", ["red system", "red developer", "red user", "red(call)", "red model"]),
            ("-has:tool role:assistant", ["red model"]),
        ] as [(String, Set<String>)]
    )
    func rolesNarrowTheSearch(_ roles: String, _ expected: Set<String>) async throws {
        try await with { place in
            let call = JSON.Object([
                .init(name: "type", value: "function_call"), .init(name: "call_id", value: "c"),
                .init(name: "name", value: "red"), .init(name: "arguments", value: "call"),
            ])
            let result = JSON.Object([
                .init(name: "type", value: "function_call_output"), .init(name: "call_id", value: "c"),
                .init(name: "output", value: "red result"),
            ])
            let items = [
                ItemContent(role: .system, text: "red system"),
                ItemContent(role: .developer, text: "red developer"), user("red user"), ItemContent(call),
                ItemContent(result), assistant("red model"),
            ]
            let new = NewConversation(items: items.map { ItemDraft($0) })
            _ = try await place.store.createConversation(new, of: place.owner)
            #expect(try await Set(place.texts("red \(roles)")) == expected, "\(place.isIndexed)")
            #expect(try await Set(place.texts(roles)) == expected, "\(place.isIndexed)")
        }
    }

    @Test func conversationsNarrowTheSearch() async throws {
        try await with { place in
            let trip = try await place.say(["red car"])
            let home = try await place.say(["red house"])
            let change = ConversationChange(title: "My 旅行 plans", tags: ["travel"], archived: true)
            _ = try await place.store.updateConversation(trip, change, of: place.owner)
            for query in ["red in:\(trip.text)", "red in:\"旅行\"", "red tag:travel", "red -in:\(home.text)"] {
                let hits = try await place.search(query).hits
                #expect(hits.map(\.snippet.text) == ["red car"], "\(query)")
                #expect(hits.first?.archived == true && hits.first?.title == "My 旅行 plans")
            }
            #expect(try await place.texts("red in:nowhere").isEmpty)
            #expect(try await place.texts("red -tag:travel") == ["red house"])
        }
    }

    @Test func aTitleThatSomebodyGaveIsFound() async throws {
        try await TemporaryStore.with { base in
            let place = SearchPlace(base: base, isIndexed: true)
            let id = try await place.say(["something else"])
            for title in ["Banana bread", "Cherry 蛋糕"] {
                _ = try await place.store.updateConversation(id, ConversationChange(title: title), of: place.owner)
                try await place.prepare()
            }
            #expect(try await place.search("banana").hits.isEmpty)
            let hits = try await place.search("蛋糕 cherry").hits
            #expect(hits.map(\.conversation) == [id] && hits.first?.item == nil)
            // The first message is found for itself; its title would only repeat it.
            #expect(try await place.search("something").hits.map(\.item?.content.text) == ["something else"])
        }
    }

    @Test func pagesGoOnWhereTheyEnded() async throws {
        try await with { place in
            for number in 0..<30 { _ = try await place.say(["red \(number)"]) }
            try await place.prepare()
            for order in Search.Order.allCases {
                var seen: [String] = []
                var after: String?
                repeat {
                    let page = try await place.search("red", order, after: after, limit: 7)
                    seen += page.hits.map(\.snippet.text)
                    after = page.hasMore ? page.hits.last?.idText : nil
                } while after != nil
                #expect(Set(seen).count == 30 && seen.count == 30)
                if order == .newest { #expect(seen == (0..<30).reversed().map { "red \($0)" }) }
            }
            await #expect(throws: ParleyError.self) { try await place.search("red", after: "msg_nothing") }
        }
    }

    @Test func theBestComesFirst() async throws {
        try await TemporaryStore.with { base in
            let place = SearchPlace(base: base, isIndexed: true)
            for text in ["red and other things that make it long and longer", "red red", "blue", "green", "black"] {
                _ = try await place.say([text])
            }
            try await place.prepare()
            let hits = try await place.search("red").hits
            #expect(hits.map(\.snippet.text).first == "red red")
            #expect((hits.first?.score ?? 0) > (hits.last?.score ?? 0))
        }
    }

    @Test(
        arguments: [
            "\"", "'", "NEAR(", "x:", "a^", "a\0b", "*", "(", "AND", "a AND", "{a}", "-", "a + b", "\\", "body:a",
            "a NEAR/2 b", "^a", "\u{202E}", ":", "rank", "u1a", "u1c1",
        ]
    )
    func noTextBreaksTheIndex(_ query: String) async throws {
        try await TemporaryStore.with { base in
            let place = SearchPlace(base: base, isIndexed: true)
            _ = try await place.say(["a body x near"])
            try await place.prepare()
            _ = try await place.search(query)
            _ = try await place.search("body \(query) x")
        }
    }

    @Test func noQueryMadeAtRandomFails() async throws {
        try await TemporaryStore.with { base in
            let place = SearchPlace(base: base, isIndexed: true)
            _ = try await place.say(["a body x near 今天的天气"])
            try await place.prepare()
            var random = SeededRandom(state: 7)
            let pieces = [
                "\"", "(", ")", "-", "*", "AND", "OR", "NOT", "NEAR(", "x:", "a^", "\0", "role:user", "has:tool", "天",
                "天气",
                "word", "“", "u1a", "'", "in:x", "before:2030", "\\", "%", "😀", "é", " ", " ",
            ]
            for _ in 0..<400 {
                let text = (0..<Int.random(in: 0...12, using: &random))
                    .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
                _ = try await place.search(text, Bool.random(using: &random) ? .relevance : .newest)
            }
        }
    }

    @Test func aTextThatLiesElsewhereIsFoundAndForgotten() async throws {
        try await with { place in
            let long = String(repeating: "filler ", count: 12_000) + "needle"
            let id = try await place.say([long, "short"])
            #expect(try await place.search("needle").hits.map(\.snippet.text.count).first ?? 0 > 0)
            let item = try place.store.items(ItemQuery(limit: 1, ascending: true), in: id, of: place.owner).elements[0]
            try await place.store.deleteItem(item.id, in: id, of: place.owner)
            #expect(try await place.search("needle").hits.isEmpty)
        }
    }
}

/// A store that is searched.
struct SearchPlace {
    let base: TemporaryStore
    /// Whether the index is filled before a search.
    let isIndexed: Bool

    var store: Store { base.store }
    var owner: User.ID { base.user.id }

    /// A conversation in which a person says things.
    func say(_ texts: [String], of owner: User.ID? = nil) async throws -> Conversation.ID {
        let new = NewConversation(items: texts.map { ItemDraft(user($0)) })
        return try await store.createConversation(new, of: owner ?? self.owner).id
    }

    func prepare() async throws {
        if isIndexed { try await store.indexAll() }
    }

    func search(
        _ query: String,
        _ order: Search.Order = .relevance,
        after: String? = nil,
        limit: Int = 20,
        of owner: User.ID? = nil
    ) async throws -> SearchPage {
        try await prepare()
        let search = Search(try SearchQuery(query), order: order, after: after, limit: limit)
        return try await store.search(search, of: owner ?? self.owner)
    }

    func texts(_ query: String, _ order: Search.Order = .relevance) async throws -> [String] {
        try await search(query, order).hits.map(\.snippet.text)
    }
}
