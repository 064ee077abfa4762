import Foundation
import Parley
import ParleySQLite
import ParleyStore
import Testing

@Suite(.enabled(if: Disk.canMount, "a small disk can be mounted by root only"), .timeLimit(.minutes(1)))
struct FullDiskTests {
    private let disk: Disk
    private var place: Place { disk.place }

    init() throws { disk = try Disk(size: 24) }

    private func open(reserve: Int64 = 0, lowWater: Int64 = 0) throws -> SQLiteDatabase {
        var settings = place.settings()
        settings.reserveSize = reserve
        settings.lowWater = lowWater
        return try SQLiteDatabase.open(settings)
    }

    @Test func writesAreRefusedReadsGoOnAndItRecovers() async throws {
        let database = try open()
        try disk.fill(leaving: 2 << 20)
        var kept: [String] = []
        let refused = await code {
            for number in 0..<1_000 {
                try await database.large("\(number)")
                kept.append("\(number)")
            }
        }
        #expect(refused == .storageFull)
        #expect(kept.count > 3)
        #expect(try database.notes() == kept)
        #expect(try await database.status().refusal == .storageFull)
        try disk.empty()
        try await database.note("after")
        #expect(try await database.status().refusal == nil)
        #expect(try database.notes() == kept + ["after"])
        #expect(try await database.check(isThorough: true).isEmpty)
        await database.close()
    }

    @Test func aJobTooLargeForTheDiskDoesNotHarmItsNeighbours() async throws {
        let database = try open()
        try disk.fill(leaving: 1 << 20)
        let blocker = await Blocker(database)
        let first = Task { try await database.note("small") }
        try await database.untilWaiting(1)
        let large = Task { try await database.large("large", bytes: 4 << 20) }
        try await database.untilWaiting(2)
        let last = Task { try await database.note("small too") }
        try await database.untilWaiting(3)
        try await blocker.release()
        try await first.value
        try await last.value
        #expect(await code { try await large.value } == .storageFull)
        #expect(try database.notes() == ["small", "small too"])
        await database.close()
    }

    @Test func belowTheLowWaterOnlyMaintenanceIsWritten() async throws {
        let database = try open(lowWater: 3 << 20)
        try await database.note("before")
        try disk.fill(leaving: 2 << 20)
        database.lookAfterFiles()
        #expect(await code { try await database.note("turn") } == .storageFull)
        try await database.note("maintenance", .maintenance)
        try disk.empty()
        try await database.note("after")
        #expect(try database.notes() == ["before", "maintenance", "after"])
        await database.close()
    }

    @Test func pruningMakesRoomOnADiskThatIsFullToTheLastByte() async throws {
        let database = try open(reserve: 2 << 20, lowWater: 8 << 20)
        let refused = await code {
            for number in 0..<1_000 { try await database.large("\(number)") }
        }
        #expect(refused == .storageFull)
        database.lookAfterFiles()
        try await database.note("now the log is empty", .maintenance)
        try disk.fill(leaving: 0)
        while try await database.pruneWithReserve() > 0 {}
        #expect(try database.notes().isEmpty)
        while try await database.reclaim(pages: 32) > 0 {}
        database.lookAfterFiles()
        try await database.note("maintenance", .maintenance)
        #expect(try await database.check(isThorough: true).isEmpty)
        await database.close()
    }

    @Test func aFullDiskIsOpenedWithTheReserve() async throws {
        let database = try open(reserve: 2 << 20)
        try await database.note("kept")
        await database.close()
        try disk.fill(leaving: 0)
        let reopened = try open(reserve: 2 << 20, lowWater: 3 << 20)
        #expect(try reopened.notes() == ["kept"])
        #expect(await code { try await reopened.note("turn") } == .storageFull)
        await reopened.close()
    }

    @Test func aSnapshotThatDoesNotFitLeavesNothing() async throws {
        let database = try open()
        for number in 0..<30 { try await database.large("\(number)") }
        let target = place.directory + "/copy.sqlite"
        #expect(
            await code { for _ in 0..<30 { try await database.snapshot(to: target + UUID().uuidString) } }
                == .storageFull
        )
        let left = try FileManager.default.contentsOfDirectory(atPath: place.directory)
        #expect(!left.contains { $0.hasSuffix(".unfinished") })
        await database.close()
    }
}

@Suite(.enabled(if: Disk.canMount, "a disk can be remounted by root only"))
struct ReadOnlyDiskTests {
    @Test func aReadOnlyDiskIsRefused() async throws {
        let disk = try Disk(size: 8)
        try await disk.place.make()
        try disk.makeReadOnly()
        let error = #expect(throws: ParleyError.self) { try disk.place.open() }
        #expect(error?.code == .storageReadOnly)
        #expect(error?.message.contains("Read-only file system") == true)
    }
}

@Suite(.enabled(if: getuid() != 0, "root may write everywhere"))
struct PermissionTests {
    @Test(arguments: ["", "/parley.sqlite"]) func whatMayNotBeWrittenIsRefused(_ suffix: String) async throws {
        let place = try Place()
        try await place.make()
        let mode = suffix.isEmpty ? 0o500 : 0o400
        let files = FileManager.default
        try files.setAttributes([.posixPermissions: mode], ofItemAtPath: place.directory + suffix)
        defer { try? files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: place.directory) }
        #expect(await code { _ = try place.open() } == .storageReadOnly)
    }
}

extension SQLiteDatabase {
    fileprivate func large(_ body: String, bytes: Int = 64 << 10) async throws {
        try await write(.turn) { connection in
            _ = try connection.run(
                "INSERT INTO note (body, bytes) VALUES (?, ?)",
                .text(body),
                .blob([UInt8](repeating: 7, count: bytes))
            )
        }
    }

    /// Gives up the reserve when there is no other way.
    fileprivate func pruneWithReserve() async throws -> Int {
        do {
            return try await prune()
        } catch let error as ParleyError where error.code == .storageFull && releaseReserve() {
            return try await prune()
        }
    }

    /// Deletes a few notes and says how many, as pruning does.
    fileprivate func prune() async throws -> Int {
        try await write(.maintenance) { try $0.run("DELETE FROM note WHERE id IN (SELECT id FROM note LIMIT 4)") }
    }
}
