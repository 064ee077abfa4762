import Parley
import ParleyInterchange
import ParleySQLite
import ParleyStore
import Testing

/// What becomes of an import whose conversations somebody removes meanwhile.
@Suite(.timeLimit(.minutes(5)))
struct ImportRemovalTests {
    private static func head(_ id: String) -> String {
        #"{"object":"conversation","source":"chatgpt","source_id":"\#(id)","title":"\#(id)"}"#
    }

    private static func item(_ key: String, _ parent: String?, _ text: String) -> String {
        let parent = parent.map { "\"\($0)\"" } ?? "null"
        return #"{"object":"item","id":"\#(key)","parent":\#(parent),"#
            + #""content":{"type":"message","role":"user","content":"\#(text)"}}"#
    }

    /// More items than an import remembers the hashes of.
    private static let long = (0..<4500).map { item("\($0)", $0 == 0 ? nil : "\($0 - 1)", "t\($0)") }

    private func begin(_ store: TemporaryStore, isDryRun: Bool = false) throws -> any RecordImport {
        let options = ImportOptions(isDryRun: isDryRun, actor: .init(user: store.user.name))
        return try store.store.beginImport(options, of: store.user.id)
    }

    private func feed(_ lines: [String], to importing: any RecordImport) async throws {
        var reader = CanonicalReader()
        for (number, line) in lines.enumerated() {
            switch try reader.read(Array(line.utf8)) {
            case .conversation(let record): try await importing.add(record, line: number + 1)
            case .item(let record): try await importing.add(record, line: number + 1)
            default: break
            }
        }
    }

    /// Leaves a conversation as a purge does that has come a part of its way.
    private func removeSome(_ store: TemporaryStore) async throws {
        _ = try await store.database.write(.turn) { connection in
            try connection.run(
                """
                UPDATE conversation
                SET removal_id = 7, deleted_at = 1, source = NULL, source_id = NULL
                WHERE source_id = 'known'
                """
            )
            try connection.run("DELETE FROM item WHERE (place & 16777215) < 1000")
        }
    }

    @Test(arguments: [false, true])
    func whatIsHalfRemovedEndsItsConversationAlone(isDryRun: Bool) async throws {
        try await TemporaryStore.with { store in
            let lines = [Self.head("known")] + Self.long
            try await store.take(Array(lines.joined(separator: "\n").utf8))
            let importing = try begin(store, isDryRun: isDryRun)
            try await feed(lines, to: importing)
            try await removeSome(store)
            let rest = [Self.item("x", "1", "another"), Self.head("other"), Self.item("1", nil, "a")]
            try await feed(rest, to: importing)
            let report = try await importing.finish(nil)
            #expect(report.conversations.failed == 1 && report.conversations.new == 1)
            #expect(report.conversations.known == 0 && report.conversations.updated == 0)
            #expect(report.items.new == 1 && report.items.known == 0)
            #expect(report.problems.map(\.conversation) == ["known"])
            #expect(report.problems.first?.reason.contains("removed here") == true)
            #expect(try store.count("conversation WHERE hidden = 0 AND removal_id IS NULL") == (isDryRun ? 0 : 1))
        }
    }

    @Test func whatIsHalfRemovedIsFoundOutWhereverItIsRead() async throws {
        try await TemporaryStore.with { store in
            let lines = [Self.head("known")] + Self.long.prefix(600)
            try await store.take(Array(lines.joined(separator: "\n").utf8))
            for count in [1, 2, 300] {
                let importing = try begin(store, isDryRun: true)
                try await feed(Array(lines.prefix(count)), to: importing)
                let before = try await store.exported()
                _ = try await store.database.write(.turn) { connection in
                    try connection.run("UPDATE conversation SET removal_id = 7")
                }
                try await feed(Array(lines.dropFirst(count).prefix(300)), to: importing)
                let report = try await importing.finish(nil)
                #expect(report.conversations.failed == 1 && report.items.new == 0)
                _ = try await store.database.write(.turn) { connection in
                    try connection.run("UPDATE conversation SET removal_id = NULL")
                }
                #expect(try await store.exported() == before)
            }
        }
    }

    @Test func whatTookThePlaceOfARemovedConversationIsLeftAlone() async throws {
        try await TemporaryStore.with { store in
            let lines = [Self.head("known")] + Self.long.prefix(600)
            try await store.take(Array(lines.joined(separator: "\n").utf8))
            let importing = try begin(store)
            try await feed(lines, to: importing)
            var filter = ConversationFilter()
            filter.createdBefore = Timestamp(milliseconds: Timestamp.now.milliseconds + 1000)
            let removal = try await store.store.remove(RemovalRequest(filter, by: .server), of: nil)
            #expect(removal.counts.conversations == 1)
            let items = [ItemDraft(user("mine"))]
            let mine = try await store.store.createConversation(NewConversation(items: items), of: store.user.id)
            try await feed([Self.item("x", "599", "theirs")], to: importing)
            let report = try await importing.finish(nil)
            #expect(report.conversations.failed == 1 && report.items.new == 0)
            #expect(try store.texts(mine.id) == ["mine"])
            #expect(try store.count("item") == 1 && store.count("branch") == 1)
            #expect(try await store.database.check(isThorough: true) == [])
        }
    }
}
