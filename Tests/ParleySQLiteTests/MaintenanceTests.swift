import Foundation
import Parley
import ParleySQLite
import ParleyStore
import Testing

struct MaintenanceTests {
    private let place: Place
    private let database: SQLiteDatabase

    init() throws {
        place = try Place()
        database = try place.open()
    }

    @Test func aSnapshotIsAWholeDatabaseForItsOwnerOnly() async throws {
        try await database.note("kept")
        let copy = try Place()
        try await database.snapshot(to: copy.path)
        #expect(try copy.attribute(.posixPermissions) == NSNumber(value: 0o600))
        try await database.note("later")
        let opened = try copy.open()
        #expect(try opened.notes() == ["kept"])
        await opened.close()
        await database.close()
    }

    @Test func aSnapshotReplacesAnOlderOne() async throws {
        let target = place.directory + "/copy.sqlite"
        try await database.snapshot(to: target)
        try await database.note("kept")
        try await database.snapshot(to: target)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: place.directory).count { $0.hasPrefix("copy") } == 1
        )
        await database.close()
    }

    @Test func copiesAtOnceDoNotDisturbEachOther() async throws {
        try await database.note("kept")
        let sizes = try await withThrowingTaskGroup(of: Int64.self) { group in
            for _ in 0..<8 { group.addTask { try await database.copy().size } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(sizes.count == 8 && Set(sizes).count == 1 && sizes.first ?? 0 > 0)
        #expect(try copies().isEmpty)
        await database.close()
    }

    private func copies() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: place.directory).filter { $0.contains("copy") }
    }

    @Test func aCopyThatWasLeftIsRemovedAtTheNextStart() async throws {
        await database.close()
        for suffix in [".backup-copy-ab12", ".backup-copy-ab12.unfinished-cd34", ".before-2.unfinished-ef", ".copy"] {
            #expect(FileManager.default.createFile(atPath: place.path + suffix, contents: Data("x".utf8)))
        }
        let again = try place.open()
        let left = try FileManager.default.contentsOfDirectory(atPath: place.directory)
        #expect(try copies() == [(place.path as NSString).lastPathComponent + ".copy"])
        #expect(!left.contains { $0.contains("unfinished") })
        await again.close()
    }

    @Test func aCopyIsNotBegunWithoutRoom() async throws {
        await database.close()
        var settings = place.settings()
        settings.lowWater = Int64.max / 4
        let full = try SQLiteDatabase.open(settings)
        await #expect {
            _ = try await full.copy()
        } throws: { ($0 as? ParleyError)?.code == .storageFull }
        #expect(try copies().isEmpty)
        await full.close()
    }

    @Test func aSoundDatabaseIsFoundSound() async throws {
        #expect(try await database.check(isThorough: false).isEmpty)
        #expect(try await database.check(isThorough: true).isEmpty)
        await database.close()
    }

    @Test func freePagesAreGivenBack() async throws {
        try await database.write(.turn) { connection in
            for number in 0..<200 {
                try connection.run(
                    "INSERT INTO note (body, bytes) VALUES (?, ?)",
                    .text("\(number)"),
                    .blob([UInt8](repeating: 1, count: 8_192))
                )
            }
        }
        try await database.write(.turn) { _ = try $0.run("DELETE FROM note") }
        let before = try await database.status()
        #expect(before.freeSize > 1 << 20)
        var left = try await database.reclaim(pages: 100)
        #expect(left > 0)
        while left > 0 { left = try await database.reclaim(pages: 100) }
        #expect(try await database.status().freeSize == 0)
        await database.close()
    }

    private func size() throws -> Int {
        try FileManager.default.attributesOfItem(atPath: place.path)[.size] as? Int ?? 0
    }

    @Test func aVacuumGivesFreePagesBackAndAFullOneWhatIsHalfFree() async throws {
        try await database.write(.turn) { connection in
            for number in 0..<4_000 {
                let text = "\(number)" + String(repeating: "x", count: 400)
                try connection.run("INSERT INTO note (body) VALUES (?)", .text(text))
            }
        }
        try await database.giveBackSpace()
        let whole = try size()
        // One of two on each page, and every page of the second half.
        try await database.write(.turn) { connection in
            _ = try connection.run("DELETE FROM note WHERE rowid % 2 = 1 OR rowid > 2000")
        }
        var steps: [WorkProgress.Step] = []
        try await database.vacuum(full: false) { steps.append($0.step) }
        let reclaimed = try size()
        #expect(reclaimed < whole * 2 / 3 && steps.isEmpty)
        try await database.vacuum(full: true) { steps.append($0.step) }
        #expect(try size() < reclaimed * 2 / 3 && steps == [.file])
        #expect(try database.notes().count == 1_000)
        #expect(try await database.check(isThorough: true).isEmpty)
        await database.close()
    }

    @Test func anIdleLogIsEmptied() async throws {
        var settings = try Place().settings()
        settings.idleTime = .zero
        let database = try SQLiteDatabase.open(settings)
        try await database.note("kept")
        #expect(try await database.status().logSize > 0)
        database.lookAfterFiles()
        // The writer takes one thing after the other.
        try await database.write(.turn) { _ in }
        #expect(try await database.status().logSize == 0)
        await database.close()
    }

    @Test func theLogDoesNotGrowWithoutEnd() async throws {
        for round in 0..<40 {
            try await database.write(.turn) { connection in
                for number in 0..<20 {
                    try connection.run(
                        "INSERT INTO note (body, bytes) VALUES (?, ?)",
                        .text("\(round) \(number)"),
                        .blob([UInt8](repeating: 1, count: 65_536))
                    )
                }
            }
        }
        let status = try await database.status()
        #expect(status.size + status.logSize > 50 << 20)
        #expect(status.logSize < 40 << 20)
        await database.close()
    }
}
