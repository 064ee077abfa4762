import Parley
import ParleySQLite
import ParleyStore
import Testing

/// No search takes long, whatever waits for the index and however common the words are.
@Suite(.timeLimit(.minutes(1)))
struct SearchLimitsTests {
    /// What others wait for hides nothing of mine.
    @Test func aFloodOfAnotherHidesNothing() async throws {
        try await TemporaryStore.with { base in
            let place = SearchPlace(base: base, isIndexed: false)
            let other = try await place.store.addUser("other", role: .user)
            _ = try await place.say(["my red"])
            for _ in 0..<3 { _ = try await place.say(Array(repeating: "their red", count: 700), of: other.id) }
            let page = try await place.search("red")
            #expect(page.hits.map(\.snippet.text) == ["my red"] && page.lag == 0)
        }
    }

    @Test func whatIsNotInTheIndexIsLookedThroughForAShortTimeOnly() async throws {
        var limits = SearchLimits.patient
        limits.unindexed = .zero
        try await TemporaryStore.with(searching: limits) { base in
            let place = SearchPlace(base: base, isIndexed: false)
            _ = try await place.say(["red"])
            let page = try await place.search("red")
            #expect(page.hits.isEmpty && page.lag > 0)
            try await place.store.indexAll()
            #expect(try await place.search("red").hits.count == 1)
        }
    }

    @Test func moreThanAFewThousandThatAreNotInTheIndexAreALag() async throws {
        try await TemporaryStore.with { base in
            let place = SearchPlace(base: base, isIndexed: false)
            _ = try await place.say(["old red"])
            for _ in 0..<3 { _ = try await place.say(Array(repeating: "blue", count: 700)) }
            _ = try await place.say(["new red"])
            let page = try await place.search("red")
            #expect(page.hits.map(\.snippet.text) == ["new red"] && page.lag > 0)
            // Nor is more looked at when hardly any of it can be meant.
            #expect(try await place.search("red model:other").lag > 0)
        }
    }

    @Test func aSearchThatTakesTooLongSaysSo() async throws {
        var limits = SearchLimits.patient
        (limits.search, limits.rare) = (.zero, .zero)
        try await TemporaryStore.with(searching: limits) { base in
            let place = SearchPlace(base: base, isIndexed: true)
            _ = try await place.say(["red"])
            let error = await #expect(throws: ParleyError.self) { try await place.search("red") }
            #expect(error?.code == .searchTimeout)
        }
    }

    /// Beginnings of very many words are not asked of the index; what is found is the same.
    @Test(
        arguments: [
            ("r*", ["red one", "red two", "ready 天气"]), ("天", ["ready 天气"]), ("r* -o*", ["red two", "ready 天气"]),
            ("r* AND two", ["red two"]), ("blue OR r*", ["red one", "red two", "ready 天气", "blue"]), ("x*", []),
            ("-r*", ["blue"]), ("r* role:assistant", []), ("(r* OR blue) -red", ["ready 天气", "blue"]),
        ] as [(String, Set<String>)]
    )
    func aWideBeginningIsFoundToo(_ query: String, _ expected: Set<String>) async throws {
        for beginnings in [0, 1_600_000] as [Int64] {
            var limits = SearchLimits.patient
            limits.beginnings = beginnings
            try await TemporaryStore.with(searching: limits) { base in
                let place = SearchPlace(base: base, isIndexed: true)
                for text in ["red one", "red two", "ready 天气", "blue"] { _ = try await place.say([text]) }
                #expect(try await Set(place.texts(query)) == expected, "\(beginnings)")
            }
        }
    }
}
