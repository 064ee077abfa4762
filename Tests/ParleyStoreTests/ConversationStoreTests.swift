import Parley
import ParleySQLite
import ParleyStore
import Testing

/// Conversations, their items, and whose they are.
struct ConversationStoreTests {
    @Test func aConversationIsWhatItWasMadeAs() async throws {
        try await TemporaryStore.with { store in
            let settings = Conversation.Settings(model: "m", instructions: "be brief", policy: .turns(3), budget: 500)
            let new = NewConversation(
                title: "标题",
                settings: settings,
                metadata: ["k": "v"],
                items: [ItemDraft(user("a")), ItemDraft(assistant("b"))]
            )
            let made = try await store.store.createConversation(new, of: store.user.id)
            let read = try store.store.conversation(made.id, of: store.user.id)
            #expect(read.title == "标题" && read.settings == settings && read.metadata == ["k": "v"])
            #expect(read.itemCount == 2)
            #expect(try store.texts(made.id) == ["a", "b"])
        }
    }

    @Test func changesLeaveTheRestAlone() async throws {
        try await TemporaryStore.with { store in
            let new = NewConversation(title: "t", settings: .init(model: "m", policy: .recent), metadata: ["a": "1"])
            let made = try await store.store.createConversation(new, of: store.user.id)
            var change = ConversationChange(title: "new", tags: ["y", "x", "x"], model: .clear)
            let changed = try await store.store.updateConversation(made.id, change, of: store.user.id)
            #expect(changed.title == "new" && changed.tags == ["x", "y"] && changed.metadata == ["a": "1"])
            #expect(changed.settings.model == nil && changed.settings.policy == .recent)
            change = ConversationChange(metadata: ["b": "2"], archived: true)
            let again = try await store.store.updateConversation(made.id, change, of: store.user.id)
            #expect(again.metadata == ["b": "2"] && again.archived && again.title == "new")
        }
    }

    @Test func whatIsDeletedIsNotFound() async throws {
        try await TemporaryStore.with { store in
            let made = try await store.store.createConversation(NewConversation(), of: store.user.id)
            try await store.store.deleteConversation(made.id, of: store.user.id)
            await #expect { try await store.store.deleteConversation(made.id, of: store.user.id) } throws: {
                isNotFound($0)
            }
            #expect { try store.store.conversation(made.id, of: store.user.id) } throws: { isNotFound($0) }
            #expect(try store.store.conversations(ConversationQuery(), of: store.user.id).elements.isEmpty)
        }
    }

    @Test func whatBelongsToSomebodyElseIsNotFound() async throws {
        try await TemporaryStore.with { store in
            let anna = try await store.store.addUser("anna", role: .user)
            let turn = try await store.turn([user("secret")], answer: "A")
            let id = try #require(turn.conversation)
            let item = try #require(store.store.items(ItemQuery(), in: id, of: store.user.id).elements.first)
            #expect { try store.store.conversation(id, of: anna.id) } throws: { isNotFound($0) }
            #expect { try store.store.items(ItemQuery(), in: id, of: anna.id) } throws: { isNotFound($0) }
            #expect { try store.store.item(item.id, in: id, of: anna.id) } throws: { isNotFound($0) }
            #expect { try store.store.turn(turn.id, of: anna.id) } throws: { isNotFound($0) }
            #expect { try store.store.items(of: turn.id, owner: anna.id) } throws: { isNotFound($0) }
            #expect { try store.store.head(of: id, of: anna.id) } throws: { isNotFound($0) }
            await #expect { try await store.store.append([ItemDraft(user("x"))], to: id, of: anna.id) } throws: {
                isNotFound($0)
            }
            await #expect { try await store.store.deleteItem(item.id, in: id, of: anna.id) } throws: { isNotFound($0) }
            await #expect { try await store.store.rewind(id, of: anna.id) } throws: { isNotFound($0) }
            #expect(try store.texts(id) == ["secret", "A"])
        }
    }

    @Test func deletingTheTipMovesItUp() async throws {
        try await TemporaryStore.with { store in
            let turn = try await store.turn([user("a")], answer: "A")
            let id = try #require(turn.conversation)
            let tip = try #require(store.store.items(ItemQuery(), in: id, of: store.user.id).elements.first)
            try await store.store.deleteItem(tip.id, in: id, of: store.user.id)
            #expect(try store.texts(id) == ["a"])
            #expect(try store.store.conversation(id, of: store.user.id).itemCount == 1)
        }
    }

    @Test func deletingInTheMiddleLeavesATombstone() async throws {
        try await TemporaryStore.with { store in
            let turn = try await store.turn([user("a"), assistant("A"), user("b")], answer: "B")
            let id = try #require(turn.conversation)
            let items = try store.store.items(ItemQuery(ascending: true), in: id, of: store.user.id).elements
            try await store.store.deleteItem(items[1].id, in: id, of: store.user.id)
            #expect(try store.texts(id) == ["a", "b", "B"])
            #expect(try store.store.conversation(id, of: store.user.id).itemCount == 3)
            let kept = try store.database.read { connection in
                try connection.rows("SELECT length(chain), json FROM item WHERE deleted_at IS NOT NULL") {
                    (try $0.integer(0), try $0.text(1))
                }
            }
            #expect(kept.map(\.0) == [32] && kept.map(\.1) == ["{}"])
        }
    }

    @Test func aCallGoesWithItsResult() async throws {
        try await TemporaryStore.with { store in
            let call = ItemContent(
                .init([
                    .init(name: "type", value: "function_call"), .init(name: "call_id", value: "c"),
                    .init(name: "name", value: "f"), .init(name: "arguments", value: "{}"),
                ])
            )
            let result = ItemContent(
                .init([
                    .init(name: "type", value: "function_call_output"), .init(name: "call_id", value: "c"),
                    .init(name: "output", value: "1"),
                ])
            )
            let turn = try await store.turn([user("a"), call, result], answer: "A")
            let id = try #require(turn.conversation)
            let items = try store.store.items(ItemQuery(ascending: true), in: id, of: store.user.id).elements
            try await store.store.deleteItem(items[2].id, in: id, of: store.user.id)
            #expect(try store.texts(id) == ["a", "A"])
        }
    }

    @Test func ofCallsWithOneIDTheNearestResultGoes() async throws {
        try await TemporaryStore.with { store in
            func part(_ type: String, _ member: String, _ value: String) -> ItemContent {
                ItemContent(
                    .init([
                        .init(name: "type", value: .string(type)), .init(name: "call_id", value: "f"),
                        .init(name: member, value: .string(value)),
                    ])
                )
            }
            let first = [part("function_call", "arguments", "1"), part("function_call_output", "output", "one")]
            let second = [part("function_call", "arguments", "2"), part("function_call_output", "output", "two")]
            let turn = try await store.turn([user("a")] + first + second, answer: "A")
            let id = try #require(turn.conversation)
            let items = try store.store.items(ItemQuery(ascending: true), in: id, of: store.user.id).elements
            try await store.store.deleteItem(items[1].id, in: id, of: store.user.id)
            #expect(try store.texts(id) == ["a", "(2)", "two", "A"])
            try await store.store.deleteItem(items[4].id, in: id, of: store.user.id)
            #expect(try store.texts(id) == ["a", "A"])
        }
    }

    @Test func rewindingGoesBackBeforeTheLastQuestion() async throws {
        try await TemporaryStore.with { store in
            let turn = try await store.turn([user("a"), assistant("A"), user("b")], answer: "B")
            let id = try #require(turn.conversation)
            #expect(try await store.store.rewind(id, of: store.user.id)?.content.text == "b")
            #expect(try store.texts(id) == ["a", "A"])
            #expect(try await store.store.rewind(id, of: store.user.id)?.content.text == "a")
            #expect(try store.texts(id) == [])
            #expect(try await store.store.rewind(id, of: store.user.id) == nil)
        }
    }

    @Test func aTitleComesFromWhatIsSaidFirst() async throws {
        try await TemporaryStore.with { store in
            let turn = try await store.turn([user("\n  你好，   世界\nmore")], answer: "A")
            let id = try #require(turn.conversation)
            #expect(try store.store.conversation(id, of: store.user.id).title == "你好， 世界")
        }
    }

    private func isNotFound(_ error: any Error) -> Bool { (error as? ParleyError)?.code == .notFound }
}
