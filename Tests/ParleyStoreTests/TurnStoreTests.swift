import Parley
import ParleySQLite
import ParleyStore
import Testing

/// What the two commits of a turn leave behind.
struct TurnStoreTests {
    @Test func theTipMovesOnlyAtSettle() async throws {
        try await TemporaryStore.with { store in
            let turn = try await store.accept(store.acceptance([user("a")]))
            #expect(try store.texts(turn.conversation) == [])
            _ = try await store.store.settle(store.settlement(turn, "A"))
            #expect(try store.texts(turn.conversation) == ["a", "A"])
        }
    }

    @Test func aFailedTurnLeavesTheTipAndKeepsWhatWasSaid() async throws {
        try await TemporaryStore.with { store in
            let first = try await store.turn([user("a")], answer: "A")
            let head = try store.store.head(of: #require(first.conversation), of: store.user.id)
            let failed = try await store.accept(store.acceptance([user("b")], in: .conversation(head)))
            _ = try await store.store.settle(store.settlement(failed, "half an ans", status: .failed))
            #expect(try store.texts(first.conversation) == ["a", "A"])
            let items = try store.store.items(of: failed.id, owner: store.user.id)
            #expect(items.input.map(\.content.text) == ["b"])
            #expect(items.output.map(\.content.text) == ["half an ans"])
        }
    }

    @Test func aRetryReusesTheItemsOfTheFailedTurn() async throws {
        try await TemporaryStore.with { store in
            let first = try await store.turn([user("a")], answer: "A")
            let id = try #require(first.conversation)
            let head = try store.store.head(of: id, of: store.user.id)
            let failed = try await store.accept(store.acceptance([user("b")], in: .conversation(head)))
            _ = try await store.store.settle(store.settlement(failed, "half", status: .failed))
            let again = try await store.accept(store.acceptance([user("b")], in: .conversation(head)))
            #expect(again.inputTip == failed.inputTip)
            _ = try await store.store.settle(store.settlement(again, "B"))
            #expect(try store.texts(id) == ["a", "A", "b", "B"])
        }
    }

    @Test func aRetryOfTheFirstMessageMakesNoSecondConversation() async throws {
        try await TemporaryStore.with { store in
            let failed = try await store.accept(store.acceptance([user("a")], body: "same"))
            _ = try await store.store.settle(store.settlement(failed, "", status: .failed))
            let again = try await store.accept(store.acceptance([user("a")], body: "same"))
            #expect(again.conversation == failed.conversation)
            #expect(again.inputTip == failed.inputTip)
        }
    }

    @Test func anSDKsRetryJoinsTheFirstAttempt() async throws {
        try await TemporaryStore.with { store in
            let first = try await store.accept(store.acceptance([user("a")], body: "same"))
            guard
                case .known(let id) = try await store.store.accept(
                    store.acceptance([user("a")], body: "same", isRetry: true)
                )
            else {
                Issue.record("The retry was taken for a new request.")
                return
            }
            #expect(id == first.id)
            _ = try await store.accept(store.acceptance([user("a")], body: "other", isRetry: true))
        }
    }

    @Test func anIdempotencyKeyStandsForOneRequest() async throws {
        try await TemporaryStore.with { store in
            let key = IdempotencyKey(key: "k", request: Array("one".utf8))
            let first = try await store.accept(store.acceptance([user("a")], idempotency: key))
            guard
                case .known(first.id) = try await store.store.accept(
                    store.acceptance([user("a")], idempotency: key)
                )
            else {
                Issue.record("The key was forgotten.")
                return
            }
            let other = IdempotencyKey(key: "k", request: Array("two".utf8))
            await #expect { try await store.store.accept(store.acceptance([user("b")], idempotency: other)) } throws: {
                ($0 as? ParleyError)?.code == .idempotencyKeyReused
            }
        }
    }

    @Test func aFailedTurnFreesItsIdempotencyKey() async throws {
        try await TemporaryStore.with { store in
            let key = IdempotencyKey(key: "k", request: Array("one".utf8))
            let first = try await store.accept(store.acceptance([user("a")], idempotency: key))
            _ = try await store.store.settle(store.settlement(first, "", status: .failed))
            let again = try await store.accept(store.acceptance([user("a")], idempotency: key))
            #expect(again.id != first.id)
        }
    }

    @Test func aTurnIsSettledOnce() async throws {
        try await TemporaryStore.with { store in
            let turn = try await store.turn([user("a")], answer: "A")
            await #expect(throws: ParleyError.self) {
                try await store.store.settle(store.settlement(turn, "again"))
            }
            #expect(try store.texts(turn.conversation) == ["a", "A"])
        }
    }

    @Test func whatADeadProcessHadSaidIsKeptBesideThePath() async throws {
        let first = try await TemporaryStore()
        let done = try await first.turn([user("a")], answer: "A")
        let head = try first.store.head(of: #require(done.conversation), of: first.user.id)
        let running = try await first.accept(first.acceptance([user("b")], in: .conversation(head)))
        first.store.checkpoint([
            TurnCheckpoint(
                row: running.row,
                part: 0,
                deltas: [AnswerDelta(content: "half "), AnswerDelta(content: "an")]
            )
        ])
        await first.close()

        let second = try await TemporaryStore(directory: first.directory)
        let turn = try second.store.turn(running.id, of: second.user.id)
        #expect(turn.status == .failed && turn.reason == "crash")
        let items = try second.store.items(of: running.id, owner: second.user.id)
        #expect(items.input.map(\.content.text) == ["b"])
        #expect(items.output.map(\.content.text) == ["half an"])
        #expect(items.output.first?.status == .incomplete)
        #expect(try second.texts(done.conversation) == ["a", "A"])
        await second.remove()
    }

    @Test func longStringsAreKeptOnceAndComeBackWhole() async throws {
        try await TemporaryStore.with { store in
            let image = "data:image/png;base64," + String(repeating: "A", count: 100_000)
            let part: JSON = ["type": "input_image", "image_url": .string(image)]
            let content = ItemContent(
                .init([.init(name: "role", value: "user"), .init(name: "content", value: [part])])
            )
            let turn = try await store.turn([content, assistant("seen"), content], answer: "again")
            let items = try store.store.items(
                ItemQuery(limit: 10, ascending: true),
                in: #require(turn.conversation),
                of: store.user.id
            )
            #expect(items.elements.map(\.content.json).filter { $0 == content.json }.count == 2)
            let blobs = try store.database.read { try $0.rows("SELECT digest FROM blob") { try $0.blob(0) } }
            #expect(blobs.count == 1)
        }
    }

    @Test func unrecordedTurnsAreWrittenTogetherAndWithoutText() async throws {
        try await TemporaryStore.with { store in
            for _ in 0..<70 {
                let acceptance = store.acceptance([], in: .unrecorded)
                let turn = AcceptedTurn(
                    id: acceptance.id,
                    row: 0,
                    conversation: nil,
                    conversationRow: nil,
                    inputTip: nil,
                    hashes: PathHashes(),
                    endUser: nil,
                    owner: store.user.id
                )
                store.store.settleUnrecorded(store.settlement(turn, "secret"), acceptance)
            }
            store.store.writeUnrecorded()
            // A write that is waited for comes after those that were queued before it.
            try await store.database.write(.maintenance) { _ in }
            let rows = try store.database.read { connection in
                try connection.rows("SELECT status, input_tokens FROM turn") { (try $0.text(0), try $0.integer(1)) }
            }
            #expect(rows.count == 70)
            #expect(rows.allSatisfy { $0.0 == "completed" && $0.1 == 1 })
            #expect(try store.store.conversations(ConversationQuery(), of: store.user.id).elements.isEmpty)
        }
    }

    private func endUnrecorded(_ owner: User, in place: TemporaryStore, _ store: Store) {
        let acceptance = place.acceptance([], in: .unrecorded, owner: owner)
        let turn = AcceptedTurn(
            id: acceptance.id,
            row: 0,
            conversation: nil,
            conversationRow: nil,
            inputTip: nil,
            hashes: PathHashes(),
            endUser: nil,
            owner: owner.id
        )
        store.settleUnrecorded(place.settlement(turn, "secret"), acceptance)
    }

    private func turnCount(_ place: TemporaryStore) async throws -> Int64? {
        // A write that is waited for comes after those that were queued before it.
        try await place.database.write(.maintenance) { try $0.row("SELECT count(*) FROM turn") { try $0.integer(0) } }
    }

    @Test func unrecordedTurnsThatWereRefusedAreTriedAgain() async throws {
        try await TemporaryStore.with { place in
            let database = WatchedDatabase(place.database)
            let store = try await Store(database, host: "test", pid: 1)
            database.refuses = ParleyError(.storageFull, "full")
            for _ in 0..<70 { endUnrecorded(place.user, in: place, store) }
            store.writeUnrecorded()
            #expect(try await turnCount(place) == 0)
            database.refuses = nil
            store.writeUnrecorded()
            #expect(try await turnCount(place) == 70)
            store.writeUnrecorded()
            #expect(try await turnCount(place) == 70)
        }
    }

    @Test func unrecordedTurnsOfTheErasedAreNotWritten() async throws {
        try await TemporaryStore.with { place in
            let anna = try await place.store.addUser("anna", role: .user, by: .server)
            endUnrecorded(anna, in: place, place.store)
            endUnrecorded(place.user, in: place, place.store)
            _ = try await place.store.erase(User.localName, by: .server) { _ in }
            place.store.writeUnrecorded()
            #expect(try await turnCount(place) == 1)
            _ = try await place.store.erase("anna", by: .server) { _ in }
            endUnrecorded(anna, in: place, place.store)
            place.store.writeUnrecorded()
            #expect(try await turnCount(place) == 0)
            let days = try place.database.read {
                try $0.row("SELECT count(*) FROM usage_day") { try $0.integer(0) }
            }
            #expect(days == 0)
        }
    }

    @Test func onAFullDiskAServerStartsAndReadsAndRefusesTurns() async throws {
        let first = try await TemporaryStore()
        let done = try await first.turn([user("a")], answer: "A")
        await first.close()

        let full = try await TemporaryStore(directory: first.directory, lowWater: .max)
        #expect(try full.texts(done.conversation) == ["a", "A"])
        await #expect {
            try await full.store.accept(full.acceptance([user("b")]))
        } throws: { error in
            (error as? ParleyError)?.code == .storageFull
        }
        await full.remove()
    }
}
