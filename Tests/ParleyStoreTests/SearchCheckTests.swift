import Parley
import ParleySQLite
import ParleyStore
import Testing

/// A search index that is not what it should be is found out; one that is, or is on its way, is not accused.
@Suite(.timeLimit(.minutes(2)))
struct SearchCheckTests {
    private func findings(_ store: Store) async throws -> [DatabaseFinding] {
        var findings: [DatabaseFinding] = []
        try await store.check { event in
            if case .finding(let finding) = event { findings.append(finding) }
        }
        return findings
    }

    /// Two conversations, one with a title of its own, all in the index: documents 1 to 3.
    private func with(_ body: (SearchPlace) async throws -> Void) async throws {
        try await TemporaryStore.with { base in
            let place = SearchPlace(base: base, isIndexed: true)
            let id = try await place.say(["red one", "red two"])
            _ = try await place.say(["blue 天气"])
            _ = try await place.store.updateConversation(id, ConversationChange(title: "Colours"), of: place.owner)
            try await place.prepare()
            #expect(try await findings(place.store) == [])
            try await body(place)
        }
    }

    private static let first = FullTextDocument(id: 1, body: "u1xred u1xone", marks: "u1a u1c1 u1p")

    private func change(
        _ place: SearchPlace,
        _ body: @escaping @Sendable (any FullText, any Connection) throws -> Void
    ) async throws {
        try await place.base.database.write(.turn) { try body($0.dialect.fullText, $0) }
    }

    private func expect(_ part: String, _ place: SearchPlace) async throws {
        let found = try await findings(place.store)
        #expect(found.contains { $0.detail.contains(part) }, "\(found)")
        #expect(found.allSatisfy { $0.subject == .search && $0.remedy.contains("parley database reindex") })
        try await place.store.reindex()
        #expect(try await findings(place.store) == [])
        try await place.store.indexAll()
        #expect(try await findings(place.store) == [])
    }

    @Test func aDocumentThatIsMissingIsFound() async throws {
        try await with { place in
            try await change(place) { try $0.remove(Self.first, from: .items, $1) }
            try await expect("1 items are not in the search index, the first at place 16777217", place)
        }
    }

    @Test func anItemThatNobodyHasNotedIsFound() async throws {
        try await with { place in
            _ = try await place.say(["green"])
            try await change(place) { _ = try $1.run("DELETE FROM search_pending") }
            try await expect("1 items are not in the search index", place)
        }
    }

    @Test(arguments: ["u1xred u1xtwo", "u1xred", "u1xone u1xred", "u2xred u2xone"])
    func aDocumentWithOtherWordsIsFound(_ body: String) async throws {
        try await with { place in
            try await change(place) { index, connection in
                try index.remove(Self.first, from: .items, connection)
                let other = FullTextDocument(id: 1, body: body, marks: Self.first.marks)
                try index.add(other, to: .items, connection)
            }
            try await expect("1 items have other words", place)
        }
    }

    @Test func aDocumentWithOtherMarksIsFound() async throws {
        try await with { place in
            try await change(place) { index, connection in
                try index.remove(Self.first, from: .items, connection)
                let other = FullTextDocument(id: 1, body: Self.first.body, marks: "u1a u1c2 u1p")
                try index.add(other, to: .items, connection)
            }
            try await expect("1 items have other words", place)
        }
    }

    @Test(arguments: [4, 9_000] as [Int64])
    func aDocumentTooManyIsFound(_ number: Int64) async throws {
        try await with { place in
            try await change(place) { index, connection in
                try index.add(FullTextDocument(id: number, body: "u1xghost", marks: "u1a"), to: .items, connection)
                try connection.run("UPDATE search_state SET next_document = max(next_document, ?)", .integer(number))
            }
            try await expect("1 documents of the search index are of no item, the first is \(number)", place)
        }
    }

    @Test func theDocumentOfADeletedItemIsFound() async throws {
        try await with { place in
            try await change(place) { _, connection in
                try connection.run("UPDATE item SET deleted_at = 1 WHERE place = 16777217")
                try connection.run("UPDATE conversation SET item_count = item_count - 1 WHERE id = 1")
            }
            try await expect("1 documents of the search index are of no item", place)
        }
    }

    @Test func twoDocumentsOfOneItemAreFound() async throws {
        try await with { place in
            try await change(place) { index, connection in
                try connection.run("INSERT INTO search_run (document, place, count) VALUES (4, 16777217, 1)")
                try index.add(
                    FullTextDocument(id: 4, body: Self.first.body, marks: Self.first.marks),
                    to: .items,
                    connection
                )
            }
            try await expect("of no item", place)
        }
    }

    @Test(
        arguments: [
            "UPDATE search_title SET title = 'Colors'", "DELETE FROM search_title",
            "INSERT INTO search_title (conversation_id, person_id, title) VALUES (2, 1, 'Blue')",
            "INSERT INTO search_heading (search_heading, rowid, body) VALUES ('delete', 1, 'u1xcolours')",
            "INSERT INTO search_heading (rowid, body) VALUES (2, 'u1xblue')",
        ]
    )
    func aTitleThatIsNotIndexedAsItIsIsFound(_ change: String) async throws {
        try await with { place in
            try await self.change(place) { _ = try $1.run(change) }
            try await expect("1 titles are not in the search index as they are", place)
        }
    }

    /// Whoever takes out other words than are there leaves those, and spoils the sums.
    @Test func wordsThatAreOfNoDocumentAreFound() async throws {
        try await with { place in
            try await change(place) { index, connection in
                try index.remove(
                    FullTextDocument(id: 1, body: "u1xgreen u1xone u1xfour", marks: Self.first.marks),
                    from: .items,
                    connection
                )
                try index.add(Self.first, to: .items, connection)
            }
            try await expect("the search index has", place)
        }
    }

    @Test func whatIsOnItsWayIntoTheIndexIsNotMissed() async throws {
        try await TemporaryStore.with { base in
            let place = SearchPlace(base: base, isIndexed: false)
            for number in 0..<230 { _ = try await place.say(["red \(number)", "blue \(number)"]) }
            for _ in 0..<3 { _ = try await place.store.indexSlice() }
            #expect(try await findings(place.store) == [])
            try await place.store.reindex()
            var slices = 0
            while try await place.store.searchStatus().isRebuilding {
                _ = try await place.store.indexSlice()
                slices += 1
                if slices < 8 { _ = try await place.say(["new \(slices)"]) }
                #expect(try await findings(place.store) == [])
            }
            #expect(slices > 8)
            try await place.store.indexAll()
            #expect(try await findings(place.store) == [])
        }
    }
}
