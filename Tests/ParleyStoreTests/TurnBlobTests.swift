import Parley
import Testing

@testable import ParleyStore

/// Lists of tools and long strings of responses, kept once each.
@Suite(.timeLimit(.minutes(1)))
struct TurnBlobTests {
    private let tools: JSON = [["type": "function", "name": "f", "parameters": ["@blob": "0"], "n": .number("1.50")]]
    private let long = String(repeating: "x", count: Blobs.threshold + 1)

    private func response(_ parley: TemporaryStore, _ text: String, _ parameters: JSON) async throws -> Turn.ID {
        var acceptance = parley.acceptance([user(text)], in: .hidden)
        acceptance.face = .response
        acceptance.stored = true
        acceptance.parameters = parameters.object
        let accepted = try await parley.accept(acceptance)
        _ = try await parley.store.settle(parley.settlement(accepted, "A"))
        return accepted.id
    }

    private func blobs(_ parley: TemporaryStore) throws -> [String] {
        try parley.store.database.read { try $0.rows("SELECT content FROM blob ORDER BY content") { try $0.text(0) } }
    }

    private func stored(_ parley: TemporaryStore) throws -> String {
        try parley.store.database.read { try $0.rows("SELECT parameters FROM turn") { try $0.textOrNil(0) ?? "" } }
            .joined()
    }

    @Test func aListOfToolsIsKeptOnceAndShownAsItWas() async throws {
        try await TemporaryStore.with { parley in
            let parameters: JSON = ["a": 1, "tools": tools, "z": .null]
            let first = try await response(parley, "1", parameters)
            let second = try await response(parley, "2", parameters)
            #expect(try blobs(parley) == [tools.text])
            #expect(try !stored(parley).contains("function"))
            for id in [first, second] {
                let shown = try parley.store.turn(id, of: parley.user.id).parameters
                #expect(shown.map { JSON.object($0).text } == parameters.text)
            }
            try await parley.store.deleteResponse(first, of: parley.user.id)
            #expect(try blobs(parley) == [tools.text])
            try await parley.store.deleteResponse(second, of: parley.user.id)
            #expect(try blobs(parley) == [])
        }
    }

    @Test func aBlobStaysWhileAnItemNamesIt() async throws {
        try await TemporaryStore.with { parley in
            let id = try await response(parley, "1", ["instructions": .string(long), "tools": []])
            let turn = try await parley.turn([user(long)], answer: "B")
            #expect(try blobs(parley) == [long])
            #expect(try parley.store.turn(id, of: parley.user.id).parameters?["instructions"]?.string == long)
            try await parley.store.deleteResponse(id, of: parley.user.id)
            #expect(try blobs(parley) == [long])
            #expect(try parley.texts(turn.conversation) == [long, "B"])
            let conversation = try #require(turn.conversation)
            let items = try parley.store.items(ItemQuery(ascending: true), in: conversation, of: parley.user.id)
            let item = try #require(items.elements.first)
            try await parley.store.deleteItem(item.id, in: conversation, of: parley.user.id)
            #expect(try blobs(parley) == [])
        }
    }

    @Test func nobodyReadsABlobByNamingIt() async throws {
        try await TemporaryStore.with { parley in
            _ = try await response(parley, "1", ["tools": tools])
            let digest = Hexadecimal.encode(Store.digest(Array(tools.text.utf8)))
            for marker in ["@blob", "@list"] {
                let reference = JSON.object(.init([.init(name: marker, value: .string(digest))]))
                let id = try await response(parley, "2", ["user": reference])
                #expect(try parley.store.turn(id, of: parley.user.id).parameters?["user"] == reference)
            }
        }
    }
}
