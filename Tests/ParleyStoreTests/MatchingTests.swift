import Parley
import ParleySQLite
import ParleyStore
import Testing

/// Clients that name no conversation are recognised by what they send.
struct MatchingTests {
    @Test func aClientThatSendsEverythingStaysInItsConversation() async throws {
        try await TemporaryStore.with { store in
            let first = try await store.turn([user("a")], answer: "A")
            let second = try await store.turn([user("a"), assistant("A"), user("b")], answer: "B")
            #expect(second.conversation == first.conversation)
            #expect(try store.texts(first.conversation) == ["a", "A", "b", "B"])
        }
    }

    @Test func aListWithoutAnAnswerBeginsAConversation() async throws {
        try await TemporaryStore.with { store in
            let first = try await store.turn([user("a")], answer: "A")
            let second = try await store.turn([user("a")], answer: "A")
            #expect(second.conversation != first.conversation)
        }
    }

    @Test func aClientThatTrimsItsListIsRecognisedByItsLastAnswer() async throws {
        try await TemporaryStore.with { store in
            let first = try await store.turn([user("a")], answer: "A")
            try await store.turn([user("a"), assistant("A"), user("b")], answer: "B")
            let third = try await store.turn([user("b"), assistant("B"), user("c")], answer: "C")
            #expect(third.conversation == first.conversation)
            #expect(try store.texts(first.conversation) == ["a", "A", "b", "B", "c", "C"])
        }
    }

    @Test func aPairWithAnotherPastIsAnotherConversation() async throws {
        try await TemporaryStore.with { store in
            let first = try await store.turn([user("x"), assistant("X"), user("b")], answer: "B")
            let other = try await store.turn(
                [user("y"), assistant("Y"), user("b"), assistant("B"), user("c")],
                answer: "C"
            )
            #expect(other.conversation != first.conversation)
        }
    }

    @Test func textsThatWereStrippedStillMatch() async throws {
        try await TemporaryStore.with { store in
            let first = try await store.turn([user("a\r\nb ")], answer: "\n A\n")
            let second = try await store.turn([user("a\nb"), assistant("A"), user("c")], answer: "C")
            #expect(second.conversation == first.conversation)
        }
    }

    @Test func twoEndUsersBehindOneKeyAreKeptApart() async throws {
        try await TemporaryStore.with { store in
            let first = try await store.turn([user("a")], answer: "A", endUser: "anna")
            let second = try await store.turn([user("a")], answer: "A", endUser: "bert")
            let list = [user("a"), assistant("A"), user("b")]
            #expect(try await store.turn(list, answer: "B", endUser: "anna").conversation == first.conversation)
            #expect(try await store.turn(list, answer: "B", endUser: "bert").conversation == second.conversation)
        }
    }

    @Test func anotherOwnersConversationIsNeverFound() async throws {
        try await TemporaryStore.with { store in
            let anna = try await store.store.addUser("anna", role: .user)
            let first = try await store.turn([user("a")], answer: "A")
            let other = try await store.turn([user("a"), assistant("A"), user("b")], answer: "B", owner: anna)
            #expect(other.conversation != first.conversation)
            #expect(try store.texts(other.conversation, owner: anna) == ["a", "A", "b", "B"])
        }
    }

    @Test func anEditedEarlierMessageBecomesABranch() async throws {
        try await TemporaryStore.with { store in
            let first = try await store.turn([user("a")], answer: "A")
            try await store.turn([user("a"), assistant("A"), user("b")], answer: "B")
            let edited = try await store.turn([user("a"), assistant("A"), user("b2")], answer: "B2")
            #expect(edited.conversation == first.conversation)
            #expect(try store.texts(first.conversation) == ["a", "A", "b2", "B2"])
            // The old line is still there, and whoever goes on from it finds it.
            try await store.turn(
                [user("a"), assistant("A"), user("b"), assistant("B"), user("c")],
                answer: "C"
            )
            #expect(try store.texts(first.conversation) == ["a", "A", "b", "B", "c", "C"])
        }
    }

    @Test func anEditFarBackIsFoundByHalving() async throws {
        try await TemporaryStore.with { store in
            var list: [ItemContent] = []
            for round in 0..<40 {
                list.append(user("question \(round)"))
                try await store.turn(list, answer: "answer \(round)")
                list.append(assistant("answer \(round)"))
            }
            var edited = list
            edited[27] = assistant("something else")
            edited.append(user("and now?"))
            let before = try store.store.conversations(ConversationQuery(), of: store.user.id).elements.map(\.id)
            let turn = try await store.turn(edited, answer: "well")
            #expect(before == [turn.conversation])
            let texts = try store.texts(turn.conversation)
            #expect(texts == edited.map(\.text) + ["well"])
        }
    }

    @Test func parallelRequestsWithOnePrefixAreSiblings() async throws {
        try await TemporaryStore.with { store in
            let first = try await store.turn([user("a")], answer: "A")
            let prefix = [user("a"), assistant("A")]
            let one = try await store.accept(store.acceptance(prefix + [user("1")], body: "1"))
            let two = try await store.accept(store.acceptance(prefix + [user("2")], body: "2"))
            _ = try await store.store.settle(store.settlement(two, "two"))
            _ = try await store.store.settle(store.settlement(one, "one"))
            #expect(one.conversation == first.conversation && two.conversation == first.conversation)
            // The last one settled is the active path.
            #expect(try store.texts(first.conversation) == ["a", "A", "1", "one"])
        }
    }

    @Test func callsAndResultsMatchWhateverTheirIDs() async throws {
        try await TemporaryStore.with { store in
            func call(_ id: String, _ arguments: String) -> ItemContent {
                ItemContent(
                    .init([
                        .init(name: "type", value: "function_call"), .init(name: "call_id", value: .string(id)),
                        .init(name: "name", value: "f"), .init(name: "arguments", value: .string(arguments)),
                    ])
                )
            }
            func result(_ id: String) -> ItemContent {
                ItemContent(
                    .init([
                        .init(name: "type", value: "function_call_output"), .init(name: "call_id", value: .string(id)),
                        .init(name: "output", value: "18"),
                    ])
                )
            }
            let first = try await store.turn([user("a"), call("x", #"{"a":1,"b":2}"#), result("x")], answer: "A")
            let second = try await store.turn(
                [user("a"), call("y", #"{ "b": 2, "a": 1 }"#), result("y"), assistant("A"), user("b")],
                answer: "B"
            )
            #expect(second.conversation == first.conversation)
        }
    }
}
