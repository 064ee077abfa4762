import Dispatch
import Foundation
import Parley
import ParleySQLite
import ParleyStore
import Testing

struct OpeningTests {
    private let place: Place

    init() throws { place = try Place() }

    @Test(arguments: [
        ("synchronous", "2"), ("auto_vacuum", "2"), ("journal_mode", "wal"), ("foreign_keys", "1"),
        ("wal_autocheckpoint", "0"), ("trusted_schema", "0"), ("cell_size_check", "1"), ("secure_delete", "1"),
        ("mmap_size", "0"), ("temp_store", "2"), ("journal_size_limit", "67108864"), ("busy_timeout", "5000"),
        ("application_id", "\(0x5072_6C79)"), ("user_version", "1"), ("hard_heap_limit", "268435456"),
    ])
    func theWriterIsSetUp(_ pragma: String, _ expected: String) async throws {
        let database = try place.open()
        let value = try await database.write(.turn) { connection in
            try connection.row("PRAGMA \(pragma)") { row in
                do { return try row.text(0) } catch { return String(try row.integer(0)) }
            }
        }
        #expect(value == expected)
        await database.close()
    }

    @Test func readersCannotWrite() async throws {
        let database = try place.open()
        let refused = await code { _ = try database.read { try $0.run("DELETE FROM note") } }
        #expect(refused == .storageReadOnly)
        await database.close()
    }

    @Test func onlyTheOwnerMayReadTheFiles() async throws {
        let database = try place.open()
        for suffix in ["", "-wal", "-shm", ".lock"] {
            #expect(try place.attribute(.posixPermissions, suffix) == NSNumber(value: 0o600), "\(suffix)")
        }
        await database.close()
    }

    @Test func theDirectoryIsMadeForTheOwnerOnly() async throws {
        var settings = place.settings()
        settings.path = place.directory + "/a/b/parley.sqlite"
        let database = try SQLiteDatabase.open(settings)
        await database.close()
        let mode = try FileManager.default.attributesOfItem(atPath: place.directory + "/a/b")[.posixPermissions]
        #expect(mode as? NSNumber == NSNumber(value: 0o700))
    }

    @Test func whatWasWrittenIsThereAfterReopening() async throws {
        try await place.make()
        let database = try place.open()
        #expect(try database.notes() == ["kept"])
        await database.close()
    }

    @Test func closingLeavesTheDatabaseAlone() async throws {
        try await place.make()
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.directory) == ["parley.sqlite"])
    }

    @Test func afterClosingEverythingIsRefused() async throws {
        let database = try place.open { error in Issue.record("told of \(error)") }
        await database.close()
        database.lookAfterFiles()
        #expect(await code { try await database.note("late") } == .shuttingDown)
        #expect(await code { _ = try database.notes() } == .shuttingDown)
        #expect(await code { _ = try await database.status() } == .shuttingDown)
    }

    @Test(.timeLimit(.minutes(1))) func closingWaitsForReads() async throws {
        let database = try place.open()
        try await database.note("kept")
        let (started, report) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let gate = DispatchSemaphore(value: 0)
        let reading = Task {
            try await database.readLong { connection in
                let before = try connection.rows("SELECT body FROM note") { try $0.text(0) }
                report.yield()
                gate.wait()
                return before
            }
        }
        for await _ in started { break }
        let closing = Task { await database.close() }
        while await code({ try await database.note("late") }) != .shuttingDown {}
        gate.signal()
        #expect(try await reading.value == ["kept"])
        await closing.value
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.directory) == ["parley.sqlite"])
    }

    @Test func closingAgainDoesNotDisturbTheNextOwner() async throws {
        let first = try place.open()
        await first.close()
        let second = try place.open()
        await first.close()
        #expect(await code { _ = try place.open() } == .databaseLocked)
        try await second.note("kept")
        await second.close()
    }

    @Test func closingWritesWhatWaits() async throws {
        let database = try place.open()
        for number in 0..<100 {
            database.enqueue(.maintenance) { try $0.run("INSERT INTO note (body) VALUES (?)", .text("\(number)")) }
        }
        await database.close()
        let reopened = try place.open()
        #expect(try reopened.notes().count == 100)
        await reopened.close()
    }

    @Test func aDatabaseThatWasNotClosedIsRecovered() async throws {
        let database = try place.open()
        try await database.note("kept")
        let copy = try Place()
        for suffix in ["", "-wal"] { try copy.write(try place.bytes(suffix), suffix) }
        let recovered = try copy.open()
        #expect(try recovered.notes() == ["kept"])
        await recovered.close()
        await database.close()
    }

    @Test func aLinkLeadsToTheSameLock() async throws {
        let database = try place.open()
        var settings = place.settings()
        settings.path = place.directory + "/link.sqlite"
        try FileManager.default.createSymbolicLink(atPath: settings.path, withDestinationPath: place.path)
        #expect(await code { _ = try SQLiteDatabase.open(settings) } == .databaseLocked)
        await database.close()
    }

    @Test func aReserveIsHeldAndReallyTakesSpace() async throws {
        var settings = place.settings()
        settings.reserveSize = 1 << 20
        let database = try SQLiteDatabase.open(settings)
        #expect(try place.attribute(.size, ".reserve") == NSNumber(value: 1 << 20))
        #expect(database.releaseReserve())
        #expect(!place.exists(".reserve"))
        database.rebuildReserve()
        #expect(place.exists(".reserve"))
        await database.close()
    }
}
