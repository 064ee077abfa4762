import Parley
import ParleySQLite
import ParleyStore
import Testing

/// Edits, lines, the tip, and pins.
struct BranchStoreTests {
    private func conversation(_ store: TemporaryStore, _ texts: [String]) async throws -> Conversation.ID {
        let drafts = texts.enumerated().map { ItemDraft($0.isMultiple(of: 2) ? user($1) : assistant($1)) }
        return try await store.store.createConversation(NewConversation(items: drafts), of: store.user.id).id
    }

    private func items(_ store: TemporaryStore, _ id: Conversation.ID) throws -> [Item] {
        try store.store.items(ItemQuery(limit: 100, ascending: true), in: id, of: store.user.id).elements
    }

    private func edit(
        _ store: TemporaryStore,
        _ item: Item,
        in id: Conversation.ID,
        to text: String
    ) async throws -> Item {
        let content = item.content.isFromModel ? assistant(text) : user(text)
        return try await store.store.edit(item.id, in: id, to: ItemDraft(content), pinned: false, of: store.user.id)
    }

    private func branches(_ store: TemporaryStore, _ id: Conversation.ID) async throws -> [Branch] {
        try await store.store.branches(BranchQuery(ascending: true), in: id, of: store.user.id).elements
    }

    @Test(arguments: 0..<4)
    func anEditEndsThePathAndTheOldLineKeepsItsItems(_ index: Int) async throws {
        try await TemporaryStore.with { store in
            let said = ["a", "A", "b", "B"]
            let id = try await conversation(store, said)
            let old = try items(store, id)
            let new = try await edit(store, old[index], in: id, to: "new")
            #expect(try store.texts(id) == said.prefix(index) + ["new"])
            #expect(try store.store.conversation(id, of: store.user.id).itemCount == index + 1)
            let original = try store.database.read { connection in
                try connection.rows("SELECT edit_of FROM item WHERE public_id = ?", .blob(new.id.bytes)) {
                    try $0.blob(0)
                }
            }
            #expect(original == [old[index].id.bytes])
            try await store.store.moveTip(of: id, to: old[3].id, follow: false, of: store.user.id)
            #expect(try items(store, id).map(\.id) == old.map(\.id))
        }
    }

    @Test func anEditCarriesTheHashesOfItsPath() async throws {
        try await TemporaryStore.with { store in
            let turn = try await store.turn([user("a"), assistant("A"), user("b")], answer: "B")
            let id = try #require(turn.conversation)
            _ = try await edit(store, try items(store, id)[2], in: id, to: "c")
            _ = try await store.store.append([ItemDraft(assistant("C"))], to: id, of: store.user.id)
            let list = [user("a"), assistant("A"), user("c"), assistant("C"), user("d")]
            #expect(try await store.turn(list, answer: "D").conversation == id)
            #expect(try store.texts(id) == ["a", "A", "c", "C", "d", "D"])
        }
    }

    @Test func linesTellWhereTheyLeaveAndEnd() async throws {
        try await TemporaryStore.with { store in
            let id = try await conversation(store, ["a", "A", "b", "B"])
            let old = try items(store, id)
            let second = try await edit(store, old[2], in: id, to: "c")
            let third = try await edit(store, old[0], in: id, to: "x")
            let lines = try await branches(store, id)
            #expect(lines.map(\.first.id) == [old[0].id, second.id, third.id])
            #expect(lines.map(\.tip.id) == [old[3].id, second.id, third.id])
            #expect(lines.map(\.fork?.id) == [nil, old[1].id, nil])
            #expect(lines.map(\.itemCount) == [4, 3, 1])
            #expect(lines.map(\.isActive) == [false, false, true])
            try await store.store.moveTip(of: id, to: old[1].id, follow: false, of: store.user.id)
            #expect(try await branches(store, id).map(\.isActive) == [true, false, false])
        }
    }

    @Test func linesArePagedAndDeletedOnesLeftOut() async throws {
        try await TemporaryStore.with { store in
            let id = try await conversation(store, ["a", "A"])
            let old = try items(store, id)
            var made: [Item.ID] = [old[0].id]
            for number in 0..<9 {
                let item = try await edit(store, old[1], in: id, to: "\(number)")
                if number.isMultiple(of: 3) {
                    try await store.store.deleteItem(item.id, in: id, of: store.user.id)
                } else {
                    made.append(item.id)
                }
            }
            for ascending in [true, false] {
                var seen: [Item.ID] = []
                var query = BranchQuery(limit: 2, ascending: ascending)
                repeat {
                    let page = try await store.store.branches(query, in: id, of: store.user.id)
                    seen += page.elements.map(\.first.id)
                    query.after = page.hasMore ? seen.last : nil
                } while query.after != nil
                #expect(seen == (ascending ? made : made.reversed()))
            }
        }
    }

    @Test func theTipFollowsToTheNewestEnd() async throws {
        try await TemporaryStore.with { store in
            let id = try await conversation(store, ["a", "A", "b", "B"])
            let old = try items(store, id)
            let first = try await edit(store, old[2], in: id, to: "c")
            _ = try await store.store.append([ItemDraft(assistant("C"))], to: id, of: store.user.id)
            let aside = try await edit(store, old[0], in: id, to: "x")
            func follow(_ item: Item) async throws -> [String] {
                try await store.store.moveTip(of: id, to: item.id, follow: true, of: store.user.id)
                return try store.texts(id)
            }
            #expect(try await follow(old[0]) == ["a", "A", "c", "C"])
            #expect(try await follow(first) == ["a", "A", "c", "C"])
            #expect(try await follow(old[2]) == ["a", "A", "b", "B"])
            #expect(try await follow(old[3]) == ["a", "A", "b", "B"])
            #expect(try await follow(aside) == ["x"])
            // Of a line that lies below another.
            try await store.store.moveTip(of: id, to: first.id, follow: false, of: store.user.id)
            #expect(try store.texts(id) == ["a", "A", "c"])
            _ = try await store.store.append([ItemDraft(assistant("D"))], to: id, of: store.user.id)
            #expect(try await follow(old[1]) == ["a", "A", "c", "D"])
        }
    }

    @Test func pinnedUnitsAreFoundUntilTheyAreLetGo() async throws {
        try await TemporaryStore.with { store in
            let id = try await conversation(store, ["a", "A", "b", "B"])
            let item = try items(store, id)[1]
            #expect(try await store.store.pin(item.id, in: id, true, of: store.user.id).pinned)
            func pinned() throws -> [String] {
                let head = try store.store.head(of: id, of: store.user.id)
                #expect(head.hasPinned == (try items(store, id)[1].pinned))
                return try store.store.pinnedUnits(head).flatMap(\.items).map(\.content.text)
            }
            #expect(try pinned() == ["a", "A"])
            #expect(try await store.store.pin(item.id, in: id, false, of: store.user.id).pinned == false)
            #expect(try pinned() == [])
        }
    }

    @Test func itemsTellTheirResponses() async throws {
        try await TemporaryStore.with { store in
            var acceptance = store.acceptance([user("a")])
            acceptance.face = .response
            let turn = try await store.accept(acceptance)
            _ = try await store.store.settle(store.settlement(turn, "A"))
            let id = try #require(turn.conversation)
            #expect(try items(store, id).map(\.responseID) == Array(repeating: "resp_\(turn.id.digits)", count: 2))
            let chat = try #require(try await store.turn([user("b")], answer: "B").conversation)
            #expect(try items(store, chat).map(\.responseID) == [nil, nil])
        }
    }

    @Test func titlesAreSearchedWithoutWildcards() async throws {
        try await TemporaryStore.with { store in
            for title in ["Plans 100%", "plans 1000", "a_b", "axb", #"back\slash"#] {
                _ = try await store.store.createConversation(NewConversation(title: title), of: store.user.id)
            }
            func titles(_ search: String) throws -> Set<String> {
                var query = ConversationQuery()
                query.filter.title = search
                return Set(try store.store.conversations(query, of: store.user.id).elements.map(\.title))
            }
            #expect(try titles("PLAN") == ["Plans 100%", "plans 1000"])
            #expect(try titles("0%") == ["Plans 100%"])
            #expect(try titles("_") == ["a_b"])
            #expect(try titles("\\") == [#"back\slash"#])
            #expect(try titles("nothing") == [])
        }
    }
}
