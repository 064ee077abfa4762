import Parley
import ParleyInterchange
import ParleySQLite
import ParleyStore
import Testing

/// What an import makes of files that are not its own mirror image.
@Suite(.timeLimit(.minutes(5)))
struct ImportTests {
    private static let head = #"{"object":"conversation","source":"chatgpt","source_id":"c1","title":"T"}"#

    private static func item(_ key: String, _ parent: String?, _ text: String, _ role: String = "user") -> String {
        let parent = parent.map { "\"\($0)\"" } ?? "null"
        return #"{"object":"item","id":"\#(key)","parent":\#(parent),"created_at":1000,"#
            + #""content":{"type":"message","role":"\#(role)","content":"\#(text)"}}"#
    }

    private func paths(_ store: TemporaryStore, owner: User? = nil) throws -> [[String]] {
        try store.store.conversations(ConversationQuery(), of: (owner ?? store.user).id).elements
            .map { try store.texts($0.id, owner: owner) }
    }

    @Test func aLargerExportAddsWhatIsNewAndMovesTheTip() async throws {
        try await TemporaryStore.with { store in
            let first = [Self.head, Self.item("1", nil, "a"), Self.item("2", "1", "A", "assistant")]
            try await store.take(Array((first.joined(separator: "\n") + "\n").utf8))
            let more = first + [Self.item("3", "2", "b"), Self.item("x", "1", "A", "assistant")]
            let report = try await store.take(
                Array(
                    (more + [#"{"object":"conversation","title":"other"}"#])
                        .joined(separator: "\n").utf8
                )
            )
            #expect(report.conversations.updated == 1 && report.conversations.new == 1)
            #expect(report.items.new == 2 && report.items.known == 2)
            #expect(try paths(store).contains(["a", "A"]))
            let last = try await store.take(Array(more.dropLast().joined(separator: "\n").utf8))
            #expect(last.items.new == 0 && last.items.known == 3)
            #expect(try paths(store).contains(["a", "A", "b"]))
        }
    }

    @Test func aTipThatWentElsewhereStays() async throws {
        try await TemporaryStore.with { store in
            try await store.take(Self.head, Self.item("1", nil, "a"))
            let id = try #require(store.store.conversations(ConversationQuery(), of: store.user.id).elements.first?.id)
            _ = try await store.store.append([ItemDraft(assistant("mine"))], to: id, of: store.user.id)
            let report = try await store.take(Self.head, Self.item("1", nil, "a"), Self.item("2", "1", "theirs"))
            #expect(report.conversations.updated == 1)
            #expect(try store.texts(id) == ["a", "mine"])
            let branches = try await store.store.branches(BranchQuery(), in: id, of: store.user.id)
            #expect(branches.elements.count == 2)
        }
    }

    /// An import of more items than a slice holds, of which the first slices are written.
    private func halfDone(_ store: TemporaryStore, owner: User) async throws -> any RecordImport {
        let importing = try store.store.beginImport(.init(actor: .init(user: owner.name)), of: owner.id)
        var reader = CanonicalReader()
        var lines = [Self.head, Self.item("0", nil, "a")]
        lines += (1..<5000).map { Self.item("\($0)", "\($0 - 1)", "a") }
        for (number, line) in lines.enumerated() {
            switch try reader.read(Array(line.utf8)) {
            case .conversation(let record): try await importing.add(record, line: number + 1)
            case .item(let record): try await importing.add(record, line: number + 1)
            default: break
            }
        }
        #expect(try store.count("item") > 0)
        return importing
    }

    @Test func whatIsBeingImportedIsNotPruned() async throws {
        try await TemporaryStore.with { store in
            let importing = try await halfDone(store, owner: store.user)
            var filter = ConversationFilter()
            filter.createdBefore = Timestamp(milliseconds: Timestamp.now.milliseconds + 1000)
            let prune = RemovalRequest(filter, by: .server)
            #expect(try await store.store.remove(prune, of: nil).counts.conversations == 0)
            #expect(try await importing.finish(nil).conversations.new == 1)
            #expect(try paths(store).count == 1)
        }
    }

    @Test func whatIsRemovedWhileItIsImportedLeavesNothing() async throws {
        try await TemporaryStore.with { store in
            let importing = try await halfDone(store, owner: store.user)
            let later = Timestamp(milliseconds: Timestamp.now.milliseconds + 86_400_000)
            let prune = RemovalRequest(deletedBefore: later, reason: .deleted, by: .server)
            #expect(try await store.store.remove(prune, of: nil).counts.conversations == 1)
            let report = try await importing.finish(nil)
            #expect(report.conversations.failed == 1 && report.conversations.new == 0 && report.items.new == 0)
            #expect(report.problems.map(\.line) == [1])
            #expect(try store.count("item") == 0 && store.count("branch") == 0)
            #expect(try await store.database.check(isThorough: true) == [])
        }
    }

    @Test func whatIsBeingRemovedIsImportedAnew() async throws {
        try await TemporaryStore.with { store in
            try await store.take(Self.head, Self.item("1", nil, "a"))
            let file = try await store.exported()
            _ = try await store.database.write(.turn) { connection in
                try connection.run(
                    "UPDATE conversation SET deleted_at = 1, removal_id = 7, source = NULL, source_id = NULL"
                )
            }
            #expect(try await store.take(file).conversations.new == 1)
            #expect(try paths(store) == [["a"]])
        }
    }

    @Test func anImportEndsWithItsOwner() async throws {
        try await TemporaryStore.with { store in
            let anna = try await store.store.addUser("anna", role: .user, by: .server)
            for owner in [anna, store.user] {
                let importing = try await halfDone(store, owner: owner)
                _ = try await store.store.erase(owner.name, by: .server) { _ in }
                await #expect(throws: ParleyError.self) { try await importing.finish(nil) }
                #expect(try store.count("item") == 0 && store.count("conversation") == 0)
            }
        }
    }

    @Test func nothingThatCameWithADeletedMessageStays() async throws {
        try await TemporaryStore.with { store in
            let canary = Canary()
            let item =
                #"{"object":"item","id":"\#(canary.text)","parent":null,"metadata":{"a":"\#(canary.text)"},"#
                + #""extra":{"b":"\#(canary.text)"},"#
                + #""content":{"type":"message","role":"user","content":"\#(canary.text)"}}"#
            try await store.take(Self.head, item)
            #expect(try store.count("item_metadata") == 1)
            let id = try #require(store.store.conversations(ConversationQuery(), of: store.user.id).elements.first?.id)
            let query = ItemQuery(limit: 1, ascending: true)
            let first = try #require(store.store.items(query, in: id, of: store.user.id).elements.first)
            try await store.store.deleteItem(first.id, in: id, of: store.user.id)
            #expect(try store.count("item_metadata") == 0)
            let left = try store.database.read { connection in
                try connection.rows("SELECT coalesce(extra, '') || coalesce(source_id, '') || json FROM item") {
                    try $0.text(0)
                }
            }
            #expect(left == ["{}"])
        }
    }

    @Test func equalSiblingsAreToldApart() async throws {
        try await TemporaryStore.with { store in
            let lines = [Self.head, Self.item("1", nil, "a")] + ["2", "3", "4"].map { Self.item($0, "1", "same") }
            let bytes = Array(lines.joined(separator: "\n").utf8)
            #expect(try await store.take(bytes).items.new == 4)
            let again = try await store.take(bytes)
            #expect(again.items.new == 0 && again.items.known == 4)
        }
    }

    @Test func whatIsWrongEndsItsConversationAlone() async throws {
        try await TemporaryStore.with { store in
            let report = try await store.take(
                Self.head,
                Self.item("1", "2", "cycle"),
                Self.item("2", "1", "cycle"),
                #"{"object":"conversation","source":"s","source_id":"2","title":"twice"}"#,
                Self.item("1", nil, "a"),
                Self.item("1", nil, "b"),
                #"{"object":"conversation","source":"s","source_id":"3","title":"broken"}"#,
                "{",
                Self.item("1", nil, "a"),
                #"{"object":"conversation","source":"s","source_id":"4","title":"good"}"#,
                Self.item("1", nil, "good")
            )
            #expect(report.conversations.failed == 3 && report.conversations.new == 1)
            #expect(report.problems.map(\.line) == [2, 6, 8])
            #expect(report.problems.first?.conversation == "c1")
            #expect(try paths(store) == [["good"]])
            #expect(try store.count("conversation") == 1)
        }
    }

    @Test func aDryRunSaysTheSameAndWritesNothing() async throws {
        try await TemporaryStore.with { store in
            try await store.take(Self.head, Self.item("1", nil, "a"))
            let lines = [
                Self.head, Self.item("1", nil, "a"), Self.item("2", "1", "b"), Self.item("3", "2", "c"),
                #"{"object":"conversation","source":"s","source_id":"2"}"#, Self.item("1", nil, "x"),
                #"{"object":"turn","id":"t","model":"m","created_at":5}"#,
            ]
            let bytes = Array(lines.joined(separator: "\n").utf8)
            let told = try await store.take(bytes, dryRun: true)
            #expect(try store.count("item") == 1)
            var done = try await store.take(bytes)
            done.isDryRun = true
            #expect(told == done)
            #expect(told.items.new == 3 && told.turns.new == 1)
        }
    }

    @Test func whatWasDeletedStaysDeleted() async throws {
        try await TemporaryStore.with { store in
            try await store.take(Self.head, Self.item("1", nil, "a"))
            let id = try #require(store.store.conversations(ConversationQuery(), of: store.user.id).elements.first?.id)
            try await store.store.deleteConversation(id, of: store.user.id)
            let report = try await store.take(Self.head, Self.item("1", nil, "a"))
            #expect(report.conversations.skipped == 1 && report.problems.count == 1)
            #expect(try paths(store).isEmpty)
        }
    }

    @Test func idsOfOthersAreNeverTakenOver() async throws {
        try await TemporaryStore.with { store in
            try await store.turn([user("secret")], answer: "A")
            let file = try await store.exported()
            let anna = try await store.store.addUser("anna", role: .user)
            let report = try await store.take(file, owner: anna)
            #expect(report.conversations.new == 1 && report.items.new == 2 && report.turns.new == 1)
            #expect(try paths(store, owner: anna) == [["secret", "A"]])
            #expect(try await store.exported() == file)
            let mine = try await store.exported(owner: anna)
            #expect(mine.lines.count == file.lines.count && Set(mine.lines).isDisjoint(with: file.lines.dropFirst()))
            let again = try await store.take(file, owner: anna)
            #expect(again.conversations.known == 1 && again.items.new == 0 && again.turns.new == 0)
        }
    }

    @Test func timesOfTheFutureAreNotBelieved() async throws {
        try await TemporaryStore.with { store in
            let far = "9999999999999"
            try await store.take(
                Self.head.replacing("\"title\"", with: "\"updated_at\":\(far),\"created_at\":-5,\"title\""),
                Self.item("1", nil, "a").replacing("1000", with: far)
            )
            let conversation = try #require(
                store.store.conversations(ConversationQuery(), of: store.user.id).elements.first
            )
            #expect(conversation.updatedAt <= .now && conversation.createdAt.milliseconds == 0)
            let items = try store.store.items(ItemQuery(), in: conversation.id, of: store.user.id).elements
            #expect(items.allSatisfy { $0.createdAt <= .now })
        }
    }

    @Test func anImportThatBrokeOffIsCompletedByTheNext() async throws {
        try await TemporaryStore.with { store in
            let items = (0..<900).map { Self.item("\($0)", $0 == 0 ? nil : "\($0 - 1)", "t\($0)") }
            let actor = AuditEvent.Actor(user: store.user.name)
            let cut = try store.store.beginImport(ImportOptions(actor: actor), of: store.user.id)
            var record = ConversationRecord()
            record.source = "chatgpt"
            record.sourceID = "c1"
            try await cut.add(record, line: 1)
            for number in 0..<700 {
                let content = ItemContent(role: .user, text: "t\(number)")
                let parent = number == 0 ? nil : "\(number - 1)"
                try await cut.add(ItemRecord(key: "\(number)", parent: parent, content: content), line: number + 2)
            }
            #expect(throws: ParleyError.self) {
                try store.store.beginImport(ImportOptions(actor: actor), of: store.user.id)
            }
            await cut.abandon()
            #expect(try paths(store).isEmpty)
            #expect(try store.count("item") > 500)
            let report = try await store.take(Array(([Self.head] + items).joined(separator: "\n").utf8))
            #expect(report.conversations.new == 1 && report.items.known > 500)
            #expect(report.items.new + report.items.known == 900)
            let conversation = try #require(
                store.store.conversations(ConversationQuery(), of: store.user.id).elements.first
            )
            #expect(conversation.itemCount == 900)
            #expect(try store.count("conversation") == 1)
            #expect(try store.count("item") == 900)
        }
    }

    @Test func listsWrittenByHandAreTaken() async throws {
        try await TemporaryStore.with { store in
            try await store.take(
                #"{"object":"conversation"}"#,
                #"{"object":"item","id":"1","content":{"role":"user","content":"What is this? "}}"#,
                #"{"object":"item","id":"2","content":{"role":"assistant","content":"A list."}}"#
            )
            #expect(try paths(store) == [["What is this? ", "A list."]])
            let conversation = try store.store.conversations(ConversationQuery(), of: store.user.id).elements.first
            #expect(conversation?.title == "What is this?")
        }
    }

    @Test func whatOtherProgramsKnewIsKept() async throws {
        try await TemporaryStore.with { store in
            let extra = #""extra":{"plugin_ids":["p"]}"#
            try await store.take(
                Self.head.replacing("\"title\"", with: extra + ",\"title\""),
                Self.item("node-1", nil, "a").replacing(
                    "\"parent\"",
                    with: extra + ",\"model\":\"gpt-4\",\"rating\":1,\"parent\""
                )
            )
            let lines = try await store.exported().lines
            #expect(lines[1].contains(extra) && lines[1].contains(#""source_id":"c1""#))
            #expect(lines[2].contains(extra) && lines[2].contains(#""source_id":"node-1""#))
            #expect(lines[2].contains(#""model":"gpt-4""#) && lines[2].contains(#""rating":1"#))
        }
    }

    @Test func importsAreInTheAuditLog() async throws {
        try await TemporaryStore.with { store in
            try await store.take(Self.head, Self.item("1", nil, "a"))
            try await store.take(Self.head, dryRun: true)
            #expect(try store.count("audit") == 1)
        }
    }
}
