import Parley
import ParleyStore
import Testing

/// What older turns of a conversation have to do with a text.
@Suite(.timeLimit(.minutes(1)))
struct SearchRecallTests {
    /// The messages with which the recalled turns begin, the best first.
    private func recalled(_ text: String, _ id: Conversation.ID, _ place: SearchPlace) async throws -> [String] {
        try await place.prepare()
        let head = try place.store.head(of: id, of: place.owner)
        return place.store.recall(text, on: head, of: place.owner).compactMap { $0.items.first?.content.text }
    }

    private func with(_ body: (SearchPlace) async throws -> Void) async throws {
        try await TemporaryStore.with { try await body(SearchPlace(base: $0, isIndexed: true)) }
    }

    @Test func theTurnThatHasMostOfItComesFirst() async throws {
        try await with { place in
            let filler = (0..<9).map { "filler \($0)" }
            let id = try await place.say(["alpha 天气 gamma", "alpha one", "alpha two"] + filler)
            #expect(try await recalled("Alpha, 天气 Gamma", id, place).first == "alpha 天气 gamma")
            #expect(try await Set(recalled("ALPHA", id, place)) == ["alpha 天气 gamma", "alpha one", "alpha two"])
            #expect(try await recalled("nothing of it", id, place).isEmpty)
        }
    }

    @Test func whatIsSaidEverywhereSaysNothing() async throws {
        try await with { place in
            let id = try await place.say((0..<12).map { "common \($0 == 3 ? "zebra" : "word")" })
            #expect(try await recalled("common", id, place).isEmpty)
            #expect(try await recalled("common zebra", id, place) == ["common zebra"])
        }
    }

    @Test func anotherLineIsNotRecalled() async throws {
        try await with { place in
            let id = try await place.say(["one", "zebra", "three"])
            let items = try place.store.items(ItemQuery(limit: 10, ascending: true), in: id, of: place.owner).elements
            let horse = ItemDraft(user("horse"))
            _ = try await place.store.edit(items[1].id, in: id, to: horse, pinned: false, of: place.owner)
            #expect(try await recalled("zebra", id, place).isEmpty)
            #expect(try await recalled("horse", id, place) == ["horse"])
        }
    }

    @Test func anotherConversationIsNotRecalled() async throws {
        try await with { place in
            let id = try await place.say(["one", "two"])
            _ = try await place.say(["zebra"])
            #expect(try await recalled("zebra", id, place).isEmpty)
        }
    }
}
