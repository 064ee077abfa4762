import Parley
import ParleySQLite
import ParleyStore
import Testing

/// Chats that were asked to be kept.
struct CompletionStoreTests {
    /// Stores an answered chat and returns its id.
    private func completion(
        _ store: TemporaryStore,
        _ list: [ItemContent],
        metadata: [String: String] = [:],
        model: String? = nil,
        status: Turn.Status = .completed,
        owner: User? = nil
    ) async throws -> Turn.ID {
        var acceptance = store.acceptance(list, owner: owner)
        acceptance.stored = true
        acceptance.metadata = metadata
        let accepted = try await store.accept(acceptance)
        var settlement = store.settlement(accepted, "A", status: status)
        settlement.model = model
        _ = try await store.store.settle(settlement)
        return accepted.id
    }

    private func found(_ store: TemporaryStore, _ query: CompletionQuery) async throws -> [Turn.ID] {
        try await store.store.completions(query, of: store.user.id).elements.map(\.turn.id)
    }

    @Test func onlyAnsweredChatsThatWereToBeKeptAreListed() async throws {
        try await TemporaryStore.with { store in
            let first = try await completion(store, [user("a")])
            try await store.turn([user("not stored")], answer: "A")
            _ = try await completion(store, [user("failed")], status: .failed)
            var running = store.acceptance([user("running")])
            running.stored = true
            let unanswered = try await store.accept(running).id
            var response = store.acceptance([user("response")])
            response.stored = true
            response.face = .response
            _ = try await store.store.settle(store.settlement(store.accept(response), "A"))
            let anna = try await store.store.addUser("anna", role: .user)
            let other = try await completion(store, [user("anna's")], owner: anna)
            let second = try await completion(store, [user("b")], status: .incomplete)
            #expect(try await found(store, CompletionQuery()) == [first, second])
            for id in [unanswered, other] {
                #expect { try store.store.completion(id, of: store.user.id) } throws: { isNotFound($0) }
                await #expect { try await store.store.input(of: id, owner: store.user.id) } throws: { isNotFound($0) }
                await #expect { try await store.store.deleteCompletion(id, of: store.user.id) } throws: {
                    isNotFound($0)
                }
            }
        }
    }

    @Test(arguments: [true, false])
    func pagesCoverAllOnceAlsoWhileTheyAreDeleted(_ ascending: Bool) async throws {
        try await TemporaryStore.with { store in
            var made: [Turn.ID] = []
            for number in 0..<7 { made.append(try await completion(store, [user("\(number)")])) }
            var seen: [Turn.ID] = []
            var query = CompletionQuery(limit: 2, ascending: ascending)
            repeat {
                let page = try await store.store.completions(query, of: store.user.id)
                seen += page.elements.map(\.turn.id)
                query.after = page.hasMore ? seen.last : nil
                for completion in page.elements {
                    try await store.store.deleteCompletion(completion.turn.id, of: store.user.id)
                }
            } while query.after != nil
            #expect(seen == (ascending ? made : made.reversed()))
            #expect(try await found(store, CompletionQuery()) == [])
            query.after = .random()
            await #expect { try await found(store, query) } throws: { ($0 as? ParleyError)?.parameter == "after" }
        }
    }

    @Test func metadataPairsAndModelsAreAllAskedFor() async throws {
        try await TemporaryStore.with { store in
            let odd = ["a": "100% \"sure\"\\", "b": "2", "语": "言"]
            let both = try await completion(store, [user("1")], metadata: odd, model: "m")
            // What reads like a pair `:` = `,` and is none; what differs in case alone.
            _ = try await completion(store, [user("2")], metadata: [":": ",", "a": ":", "b": "c", "B": "2"])
            let plain = try await completion(store, [user("3")], metadata: ["b": "2"])
            #expect(try await found(store, CompletionQuery(metadata: odd)) == [both])
            #expect(try await found(store, CompletionQuery(metadata: ["b": "2"])) == [both, plain])
            #expect(try await found(store, CompletionQuery(model: "m", metadata: ["b": "2"])) == [both])
            #expect(try await found(store, CompletionQuery(model: "echo", metadata: ["b": "2"])) == [plain])
            #expect(try await found(store, CompletionQuery(metadata: ["b": "%"])) == [])
            let long = ["k": String(repeating: "語", count: 512)]
            let longest = try await completion(store, [user("4")], metadata: long)
            #expect(try await found(store, CompletionQuery(metadata: long)) == [longest])
            let many = Dictionary(uniqueKeysWithValues: (0..<1000).map { ("k\($0)", "v") })
            #expect(try await found(store, CompletionQuery(metadata: many)) == [])
        }
    }

    @Test func aFilterFindsWhatLiesFarApart() async throws {
        try await TemporaryStore.with { store in
            var wanted: [Turn.ID] = []
            for number in 0..<40 {
                // The text of the pair is in all of them, the pair itself in every tenth.
                let pairs = number.isMultiple(of: 10) ? [":": ","] : ["a": ":", "b": "c"]
                let id = try await completion(store, [user("\(number)")], metadata: pairs)
                if number.isMultiple(of: 10) { wanted.append(id) }
            }
            let page = try await store.store.completions(
                CompletionQuery(limit: 3, metadata: [":": ","]),
                of: store.user.id
            )
            #expect(page.elements.map(\.turn.id) == Array(wanted.prefix(3)))
            #expect(page.hasMore)
        }
    }

    @Test func theInputIsWhatTheRequestSaid() async throws {
        try await TemporaryStore.with { store in
            let first = store.acceptance([user("a")])
            var settlement = store.settlement(try await store.accept(first), "A")
            let reasoning = ItemContent(.init([.init(name: "type", value: "reasoning")]))
            settlement.outputs.insert(ItemDraft(reasoning), at: 0)
            _ = try await store.store.settle(settlement)

            var second = store.acceptance([user("a"), assistant("A"), user("b")])
            second.stored = true
            second.instructions = [ItemContent(role: .system, text: "be brief")]
            let accepted = try await store.accept(second)
            _ = try await store.store.settle(store.settlement(accepted, "B"))
            func input() async throws -> [String] {
                try await store.store.input(of: accepted.id, owner: store.user.id).map(\.text)
            }
            #expect(try await input() == ["be brief", "a", "A", "b"])
            #expect(accepted.conversation == settlement.turn.conversation)

            let id = try #require(accepted.conversation)
            let items = try store.store.items(ItemQuery(ascending: true), in: id, of: store.user.id).elements
            try await store.store.deleteItem(
                try #require(items.first { $0.content.text == "A" }).id,
                in: id,
                of: store.user.id
            )
            #expect(try await input() == ["be brief", "a", "b"])
        }
    }

    @Test func deletingForgetsTheCompletionAndLeavesTheConversation() async throws {
        try await TemporaryStore.with { store in
            var acceptance = store.acceptance([user("a")])
            acceptance.stored = true
            acceptance.metadata = ["k": "v"]
            acceptance.instructions = [ItemContent(role: .system, text: "be brief")]
            let accepted = try await store.accept(acceptance)
            var settlement = store.settlement(accepted, "A")
            settlement.choices = Array("[]".utf8)
            _ = try await store.store.settle(settlement)
            try await store.store.deleteCompletion(accepted.id, of: store.user.id)
            await #expect { try await store.store.deleteCompletion(accepted.id, of: store.user.id) } throws: {
                isNotFound($0)
            }
            #expect(try store.texts(accepted.conversation) == ["a", "A"])
            let kept = try store.database.read { connection in
                try connection.rows(
                    "SELECT choices, metadata, instructions FROM turn WHERE id = ?",
                    .integer(accepted.row)
                ) {
                    [try $0.textOrNil(0), try $0.textOrNil(1), try $0.textOrNil(2)]
                }
            }
            #expect(kept == [[nil, nil, nil]])
        }
    }

    @Test func newMetadataReplacesTheOld() async throws {
        try await TemporaryStore.with { store in
            let id = try await completion(store, [user("a")], metadata: ["a": "1"])
            let changed = try await store.store.updateCompletion(id, metadata: ["b": "2"], of: store.user.id)
            #expect(changed.metadata == ["b": "2"])
            #expect(try await found(store, CompletionQuery(metadata: ["a": "1"])) == [])
            #expect(try await store.store.updateCompletion(id, metadata: [:], of: store.user.id).metadata == [:])
        }
    }

    private func isNotFound(_ error: any Error) -> Bool { (error as? ParleyError)?.code == .notFound }
}
