import Parley
import ParleySQLite
import ParleyStore
import Testing

/// The index is filled behind the turns, loses nothing and keeps nothing.
@Suite(.timeLimit(.minutes(2)))
struct SearchIndexTests {
    @Test func theIndexGoesOnWhereItWasKilled() async throws {
        let first = try await TemporaryStore()
        let place = SearchPlace(base: first, isIndexed: false)
        for number in 0..<20 { _ = try await place.say((0..<7).map { "red \(number) \($0)" }) }
        #expect(try await place.store.searchStatus().lag == 140)
        // Killed between two slices, as far as the files can tell.
        _ = try await place.store.indexSlice()
        let left = try await place.store.searchStatus().lag
        #expect(left > 0 && left < 140)
        await first.close()
        let second = try await TemporaryStore(directory: first.directory)
        let later = SearchPlace(base: second, isIndexed: true)
        #expect(try await found(later) == 140)
        #expect(try await later.store.searchStatus().lag == 0)
        #expect(try await integrity(second))
        await second.remove()
    }

    @Test func aRebuildFindsTheSameAndGoesOnAfterAKill() async throws {
        let first = try await TemporaryStore()
        let place = SearchPlace(base: first, isIndexed: true)
        for number in 0..<300 { _ = try await place.say(["red \(number)", "天气 \(number)"]) }
        let before = try await Set(place.search("red", limit: 100).hits.map(\.idText))
        try await place.store.reindex()
        #expect(try await place.store.searchStatus().isRebuilding)
        let during = try await SearchPlace(base: first, isIndexed: false).search("red")
        #expect(during.hits.isEmpty && during.lag > 0)
        _ = try await place.store.indexSlice()
        let id = try await place.say(["red while it is rebuilt"])
        _ = try await place.store.append([ItemDraft(user("red too"))], to: id, of: place.owner)
        for _ in 0..<3 { _ = try await place.store.indexSlice() }
        await first.close()
        let second = try await TemporaryStore(directory: first.directory)
        let later = SearchPlace(base: second, isIndexed: true)
        #expect(try await later.search("while").hits.count == 1)
        #expect(try await later.search("too").hits.count == 1)
        #expect(try await found(later) == 302)
        #expect(try await Set(later.search("red", limit: 100).hits.map(\.idText)).count == before.count)
        let status = try await later.store.searchStatus()
        #expect(status.lag == 0 && !status.isRebuilding && status.size > 0)
        #expect(try await integrity(second))
        await second.remove()
    }

    @Test(arguments: 0..<12)
    func nothingIsLostOrDoubledWhateverHappens(_ seed: Int) async throws {
        var random = SeededRandom(state: UInt64(seed) + 1)
        try await TemporaryStore.with { base in
            let place = SearchPlace(base: base, isIndexed: false)
            var conversations: [Conversation.ID] = []
            var said: Set<String> = []
            for step in 0..<60 {
                switch Int.random(in: 0...9, using: &random) {
                case 0...2:
                    conversations.append(try await place.say(["red s\(step)"]))
                    said.insert("red s\(step)")
                case 3...5:
                    guard let id = conversations.randomElement(using: &random) else { continue }
                    _ = try await place.store.append([ItemDraft(user("red s\(step)"))], to: id, of: place.owner)
                    said.insert("red s\(step)")
                case 6:
                    guard let id = conversations.randomElement(using: &random) else { continue }
                    let query = ItemQuery(limit: 100)
                    let items = try place.store.items(query, in: id, of: place.owner).elements
                    guard let item = items.randomElement(using: &random) else { continue }
                    try await place.store.deleteItem(item.id, in: id, of: place.owner)
                    said.remove(item.content.text)
                case 7 where step % 3 == 0: try await place.store.reindex()
                default: _ = try await place.store.indexSlice()
                }
            }
            try await place.store.indexAll()
            // A conversation keeps the title that a deleted message gave it.
            let hits = try await place.search("red", limit: 100).hits.filter { $0.item != nil }.map(\.snippet.text)
            #expect(hits.count == said.count && Set(hits) == said)
            #expect(try await place.search("role:user", limit: 100).hits.count == said.count)
            #expect(try await integrity(base))
        }
    }

    /// Also what is asked before the conversations are looked at names the owner, so that nobody's search is slowed
    /// down, or ranked, by what others say.
    @Test func theIndexItselfTellsOwnersApart() async throws {
        try await TemporaryStore.with { base in
            let place = SearchPlace(base: base, isIndexed: true)
            let other = try await place.store.addUser("other", role: .user)
            _ = try await place.say(["their red"], of: other.id)
            _ = try await place.say(["my red", "red"])
            try await place.prepare()
            for (owner, count) in [(place.owner, 2), (other.id, 1)] {
                #expect(try documents(with: "u\(owner.rawValue)xred", base) == count)
                #expect(try documents(with: "u\(owner.rawValue)a", base) == count)
            }
            #expect(try documents(with: "red", base) == 0)
        }
    }

    @Test func aCopyIsFoundBesideTheOriginal() async throws {
        try await TemporaryStore.with { base in
            let place = SearchPlace(base: base, isIndexed: true)
            let id = try await place.say(["red one", "red two"])
            try await place.prepare()
            let copy = try await place.store.fork(id, ConversationFork(item: nil), of: place.owner)
            let hits = try await place.search("red").hits
            #expect(hits.count == 4 && Set(hits.map(\.conversation)) == [id, copy.id])
        }
    }

    @Test func whatAResponseKeepsForItselfIsNotFound() async throws {
        try await TemporaryStore.with { base in
            let place = SearchPlace(base: base, isIndexed: true)
            try await base.turn([user("red response")], answer: "red answer", in: .hidden)
            #expect(try await place.search("red").hits.isEmpty)
            #expect(try await place.store.searchStatus().lag == 0)
        }
    }

    @Test func whatIsDeletedLeavesTheFile() async throws {
        try await TemporaryStore.with { base in
            let place = SearchPlace(base: base, isIndexed: true)
            var ids: [Conversation.ID] = []
            for number in 0..<40 {
                ids.append(try await place.say(["zanzibar\(number)"]))
                try await place.prepare()
            }
            for id in ids {
                let query = ItemQuery(limit: 1)
                let item = try #require(try place.store.items(query, in: id, of: place.owner).elements.first)
                try await place.store.deleteItem(item.id, in: id, of: place.owner)
            }
            try await place.prepare()
            let pages = try base.database.read { connection in
                try connection.rows("SELECT block FROM search_data") { try $0.blob(0) }
            }
            #expect(!pages.contains { String(decoding: $0, as: UTF8.self).contains("zanzibar") })
            #expect(try await integrity(base))
        }
    }

    @Test func nothingIsDoneWhenNothingIsWritten() async throws {
        try await TemporaryStore.with { base in
            let place = SearchPlace(base: base, isIndexed: true)
            _ = try await place.say(["red"])
            try await place.prepare()
            let commits = try await base.database.status().commits
            for _ in 0..<5 { #expect(try await place.store.indexSlice() == false) }
            #expect(try await base.database.status().commits == commits)
        }
    }

    /// How many items have the word, counted over all pages that the order by time gives.
    private func found(_ place: SearchPlace) async throws -> Int {
        try await place.prepare()
        return try documents(with: "u1xred", place.base)
    }

    private func documents(with token: String, _ base: TemporaryStore) throws -> Int {
        try base.database.read { connection in
            let match = connection.dialect.fullText.match(.phrase([token], isPrefix: false), in: .items)
            return Int(
                try connection.row(
                    "SELECT count(*) FROM \(match.source) WHERE \(match.condition)",
                    match.argument
                ) { try $0.integer(0) } ?? 0
            )
        }
    }

    /// Whether the index and the database are sound.
    private func integrity(_ base: TemporaryStore) async throws -> Bool {
        _ = try await base.database.write(.turn) { connection in
            try connection.run("INSERT INTO search (search) VALUES ('integrity-check')")
        }
        return try await base.database.check(isThorough: true).isEmpty
    }
}

struct SeededRandom: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}
