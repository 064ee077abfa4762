import Parley
import ParleySQLite
import ParleyStore
import Testing

/// An import must not take the space that is left for making room.
@Suite(.enabled(if: Disk.canMount, "a small disk can be mounted by root only"), .timeLimit(.minutes(2)))
struct FullDiskImportTests {
    private static let conversations = 300

    @Test func anImportStopsBelowTheLowWaterAndGoesOnWhereItStopped() async throws {
        let disk = try Disk(size: 64)
        var settings = SQLiteDatabase.Settings(path: disk.place.path, migrations: try Migration.embedded())
        settings.reserveSize = 0
        settings.lowWater = 32 << 20
        let database = try SQLiteDatabase.open(settings)
        let store = try await Store(database, host: "test", pid: 1)
        let error = await #expect(throws: ParleyError.self) { try await take(store, database) }
        #expect(error?.code == .storageFull)
        #expect(error?.message.contains("import the same again") == true)
        #expect(try disk.free > 16 << 20)
        let kept = try count("conversation WHERE hidden = 0", database)
        #expect(kept > 10 && kept < Self.conversations)
        try disk.resize(to: 512)
        database.lookAfterFiles()
        let report = try await take(store, database)
        #expect(report.conversations.known == kept && report.conversations.new == Self.conversations - kept)
        #expect(report.items.known >= kept * 5)
        #expect(try count("item", database) == Self.conversations * 5)
        #expect(try count("conversation", database) == Self.conversations)
        #expect(try await database.check(isThorough: true) == [])
        await database.close()
    }

    /// Some 70 MB in conversations of five items.
    private func take(_ store: Store, _ database: SQLiteDatabase) async throws -> ImportReport {
        let owner = try store.user(named: User.localName)
        let importing = try store.beginImport(ImportOptions(actor: .init(user: owner.name)), of: owner.id)
        do {
            for number in 0..<Self.conversations {
                var record = ConversationRecord()
                (record.source, record.sourceID) = ("s", "\(number)")
                try await importing.add(record, line: number)
                database.lookAfterFiles()
                let content = ItemContent(role: .user, text: String(repeating: "\(number) ", count: 12_000))
                for key in 0..<5 {
                    let parent = key == 0 ? nil : "\(key - 1)"
                    try await importing.add(ItemRecord(key: "\(key)", parent: parent, content: content), line: number)
                }
            }
            return try await importing.finish(nil)
        } catch {
            await importing.abandon()
            throw error
        }
    }

    private func count(_ table: String, _ database: SQLiteDatabase) throws -> Int {
        try database.read { try $0.row("SELECT count(*) FROM \(table)") { Int(try $0.integer(0)) } ?? 0 }
    }
}
