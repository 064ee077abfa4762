import Parley
import ParleyInterchange
import ParleyStore
import Testing

/// Export, import, export.
@Suite(.timeLimit(.minutes(5)))
struct RoundTripTests {
    @Test(arguments: 1...12) func nothingIsLost(seed: UInt64) async throws {
        try await TemporaryStore.with { old in
            var history = RandomHistory(seed: seed)
            try await history.fill(old, conversations: 6, steps: 24)
            let file = try await old.exported()
            try await TemporaryStore.with { new in
                let anna = try await new.store.addUser("anna", role: .user)
                let report = try await new.take(file, owner: anna)
                #expect(report.problems.isEmpty && report.warnings.isEmpty)
                #expect(report.conversations.new == 6 && report.items.known == 0)
                let again = try await new.exported(owner: anna)
                #expect(again.lines == file.lines)

                let second = try await new.take(file, owner: anna)
                #expect(second.conversations.known == 6)
                #expect(second.items.new == 0 && second.turns.new == 0)
                #expect(second.items.known == report.items.new && second.turns.known == report.turns.new)
                #expect(try await new.exported(owner: anna) == file)
            }
            #expect(try await old.take(file).items.new == 0)
            #expect(try await old.exported() == file)
        }
    }

    @Test func anArchiveBringsBackWhatWasRemoved() async throws {
        try await TemporaryStore.with { store in
            try await store.turn([user("Hello")], answer: "Hi")
            let archive = try await store.exported()
            var filter = ConversationFilter()
            filter.title = "Hello"
            let removed = try await store.store.remove(RemovalRequest(filter, by: .server), of: store.user.id)
            #expect(removed.counts.turns == 1 && removed.counts.conversations == 1)
            let report = try await store.take(archive)
            #expect(report.conversations.new == 1 && report.turns.new == 1)
            #expect(try await store.exported() == archive)
        }
    }

    @Test(arguments: 20...23) func theActivePathAloneCanGo(seed: UInt64) async throws {
        try await TemporaryStore.with { old in
            var history = RandomHistory(seed: seed)
            try await history.fill(old, conversations: 4, steps: 24)
            let file = try await old.exported(.active)
            try await TemporaryStore.with { new in
                let report = try await new.take(file)
                #expect(report.problems.isEmpty)
                #expect(try await new.exported(.active) == file)
            }
        }
    }

    @Test func whatIsKeptCanBeGoneOnWith() async throws {
        try await TemporaryStore.with { old in
            try await old.turn([user("a")], answer: "A")
            let file = try await old.exported()
            try await TemporaryStore.with { new in
                try await new.take(file)
                try await new.turn([user("a"), assistant("A"), user("b")], answer: "B")
                let ids = try await new.store.exportable(.init(), of: new.user.id)
                #expect(ids.count == 1)
                let page = try new.store.conversations(ConversationQuery(), of: new.user.id).elements
                #expect(try new.texts(page.first?.id) == ["a", "A", "b", "B"])
            }
        }
    }

    @Test func aFileThatWasCutOrChangedIsTold() async throws {
        try await TemporaryStore.with { old in
            try await old.turn([user("a")], answer: "A")
            let lines = try await old.exported().lines
            for changed in [lines.dropLast(), lines.map { $0.replacing("\"A\"", with: "\"B\"") }[...]] {
                try await TemporaryStore.with { new in
                    let report = try await new.take(Array((changed.joined(separator: "\n") + "\n").utf8))
                    #expect(report.warnings.count == 1 && report.conversations.new == 1)
                }
            }
        }
    }
}
