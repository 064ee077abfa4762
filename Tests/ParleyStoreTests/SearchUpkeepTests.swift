import Parley
import ParleySQLite
import ParleyStore
import Testing

/// An index is thrown away in slices, and words leave the files, though not each time all of it is written anew.
@Suite(.timeLimit(.minutes(2)))
struct SearchUpkeepTests {
    private func discarded(_ base: TemporaryStore) throws -> Int {
        try base.database.read { connection in
            try connection.rows("SELECT name FROM sqlite_schema WHERE name GLOB 'search_discarded_*'") {
                try $0.text(0)
            }
        }.count
    }

    private func has(_ word: String, _ base: TemporaryStore) throws -> Bool {
        let tables = ["search_data", "search_heading_data"]
        let blocks = try base.database.read { connection in
            try tables.flatMap { table in
                try connection.rows("SELECT block FROM \(table)") { try $0.blob(0) }
            }
        }
        return blocks.contains { String(decoding: $0, as: UTF8.self).contains(word) }
    }

    @Test func anIndexIsThrownAwayInSlicesAlsoAcrossAKill() async throws {
        let first = try await TemporaryStore()
        let place = SearchPlace(base: first, isIndexed: true)
        for number in 0..<120 { _ = try await place.say(["zanzibar\(number) red", "天气 \(number)"]) }
        let titled = try await place.say(["named"])
        _ = try await place.store.updateConversation(titled, ConversationChange(title: "Banana"), of: place.owner)
        try await place.prepare()
        try await place.store.reindex()
        #expect(try !first.database.read { try SearchPlace.documents($0) } && discarded(first) > 0)
        let during = SearchPlace(base: first, isIndexed: false)
        let page = try await during.search("red")
        #expect(page.hits.isEmpty && page.lag > 0)
        #expect(try await place.store.searchStatus().isRebuilding)
        // What goes, comes or gets another name while the old index is removed.
        let doomed = try place.store.items(ItemQuery(limit: 1), in: titled, of: place.owner).elements[0]
        try await place.store.deleteItem(doomed.id, in: titled, of: place.owner)
        _ = try await place.store.updateConversation(titled, ConversationChange(title: "Cherry"), of: place.owner)
        _ = try await place.say(["red too"])
        #expect(try await during.search("too").hits.count == 1)
        _ = try await place.store.indexSlice()
        // Once more while the one before is not gone.
        try await place.store.reindex()
        _ = try await place.store.indexSlice()
        await first.close()
        let second = try await TemporaryStore(directory: first.directory)
        let later = SearchPlace(base: second, isIndexed: true)
        #expect(try await later.search("red", limit: 100).hits.count == 100)
        #expect(try await later.search("cherry").hits.count == 1)
        #expect(try await later.search("banana OR named").hits.isEmpty)
        #expect(try discarded(second) == 0)
        #expect(try await second.database.check(isThorough: true).isEmpty)
        try await second.store.check { event in
            if case .finding(let finding) = event { Issue.record("\(finding)") }
        }
        await second.remove()
    }

    /// A slice that was read before the index was thrown away must not be written behind that.
    @Test func aRebuildMayBeginWhileSomethingIsIndexed() async throws {
        try await TemporaryStore.with { base in
            let place = SearchPlace(base: base, isIndexed: false)
            for round in 0..<12 {
                for number in 0..<4 { _ = try await place.say(["red \(round) \(number)"]) }
                async let slices: Void = place.store.indexAll()
                async let rebuild: Void = place.store.reindex()
                _ = try await (slices, rebuild)
            }
            try await place.store.indexAll()
            #expect(try await place.search("red", limit: 100).hits.count == 48)
            try await place.store.check { event in
                if case .finding(let finding) = event { Issue.record("\(finding)") }
            }
        }
    }

    /// A rebuild ends also when what it still had to do was removed.
    @Test func whatIsErasedDuringARebuildIsNotWaitedFor() async throws {
        try await TemporaryStore.with { base in
            let place = SearchPlace(base: base, isIndexed: true)
            let anna = try await place.store.addUser("anna", role: .user)
            _ = try await place.say(["red"])
            for _ in 0..<5 { _ = try await place.say(Array(repeating: "blue", count: 100), of: anna.id) }
            try await place.prepare()
            try await place.store.reindex()
            while try await place.store.searchStatus().lag < 501 { _ = try await place.store.indexSlice() }
            _ = try await place.store.erase("anna", by: .server) { _ in }
            try await place.prepare()
            let status = try await place.store.searchStatus()
            #expect(status.lag == 0 && !status.isRebuilding)
            #expect(try await place.search("red").lag == 0)
        }
    }

    /// Conversations that go by themselves do not cost the whole index; their words go within a day.
    @Test func whatRetentionTakesLeavesALargeIndexWithinADay() async throws {
        try await TemporaryStore.with { base in
            let place = SearchPlace(base: base, isIndexed: true)
            let id = try await place.say(["zanzibar"])
            _ = try await place.store.updateConversation(id, ConversationChange(title: "Quagga"), of: place.owner)
            try await place.prepare()
            _ = try await place.say(["red"])
            try await place.prepare()
            try await place.store.deleteConversation(id, of: place.owner)
            try await base.database.write(.turn) { connection in
                try connection.run("UPDATE search_state SET next_document = 1000000")
                try connection.run("UPDATE conversation SET deleted_at = 1 WHERE deleted_at IS NOT NULL")
            }
            let removals = try await place.store.enforce(RetentionPolicy())
            #expect(removals.map(\.counts.conversations) == [1])
            try await place.prepare()
            #expect(try has("zanzibar", base) && has("quagga", base))
            #expect(try await place.search("zanzibar OR quagga").hits.isEmpty)
            try await base.database.write(.turn) { connection in
                _ = try connection.run("UPDATE search_state SET forgotten_at = forgotten_at - 86400000")
            }
            try await place.prepare()
            #expect(try !has("zanzibar", base) && !has("quagga", base))
            #expect(try await place.store.indexSlice() == false)
            #expect(try await place.search("red").hits.count == 1)
        }
    }

    @Test func whatSomebodyPrunesLeavesALargeIndexAtOnce() async throws {
        try await TemporaryStore.with { base in
            let place = SearchPlace(base: base, isIndexed: true)
            let id = try await place.say(["zanzibar"])
            _ = try await place.store.updateConversation(id, ConversationChange(title: "Quagga"), of: place.owner)
            try await place.prepare()
            _ = try await place.say(["red"])
            try await place.prepare()
            try await base.database.write(.turn) { connection in
                _ = try connection.run("UPDATE search_state SET next_document = 1000000")
            }
            var request = RemovalRequest(by: .server)
            request.conversations = [id]
            #expect(try await place.store.remove(request, of: place.owner).counts.conversations == 1)
            let runs = try base.database.read { connection in
                try connection.rows("SELECT place FROM search_run") { Place(key: try $0.integer(0)).branch }
            }
            #expect(runs == [2])
            #expect(try !has("zanzibar", base) && !has("quagga", base))
        }
    }
}

extension SearchPlace {
    /// Whether anything is in the index.
    static func documents(_ connection: any Connection) throws -> Bool {
        try !connection.dialect.fullText.lengths(of: 1...1_000, in: .items, connection).isEmpty
    }
}
