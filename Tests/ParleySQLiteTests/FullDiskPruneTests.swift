import Parley
import ParleySQLite
import ParleyStore
import Testing

/// Pruning is what helps when the disk is full, so it must work then.
@Suite(.enabled(if: Disk.canMount, "a small disk can be mounted by root only"), .timeLimit(.minutes(2)))
struct FullDiskPruneTests {
    @Test func aPruneMakesRoomOnADiskThatIsFull() async throws {
        let disk = try Disk(size: 64)
        var settings = SQLiteDatabase.Settings(path: disk.place.path, migrations: try Migration.embedded())
        settings.reserveSize = 8 << 20
        settings.lowWater = 12 << 20
        let database = try SQLiteDatabase.open(settings)
        let store = try await Store(database, host: "test", pid: 1)
        let owner = try store.user(named: User.localName).id
        func write(_ number: Int) async throws {
            let text = String(repeating: "\(number) ", count: 40_000)
            let items = [ItemDraft(ItemContent(role: .user, text: text))]
            _ = try await store.createConversation(NewConversation(title: "old \(number)", items: items), of: owner)
        }
        let refused = await code { for number in 0..<2_000 { try await write(number) } }
        #expect(refused == .storageFull)
        try disk.fill(leaving: 0)
        var filter = ConversationFilter()
        filter.title = "old"
        let removal = try await store.remove(RemovalRequest(filter, by: .server), of: owner)
        #expect(removal.counts.conversations > 20 && removal.finishedAt != nil)
        database.lookAfterFiles()
        try await write(1)
        #expect(try await database.check(isThorough: true) == [])
        await database.close()
    }
}
