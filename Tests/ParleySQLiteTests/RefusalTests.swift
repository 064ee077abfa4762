import Foundation
import Parley
import ParleySQLite
import ParleyStore
import Testing

/// A file that is not to be opened is refused with its reason, and left as it is.
struct RefusalTests {
    private let place: Place

    init() throws { place = try Place() }

    private func expectRefusal(
        _ expected: ParleyError.Code,
        _ reason: String,
        _ migrations: [Migration] = [.notes],
        at location: SourceLocation = #_sourceLocation
    ) throws {
        let bytes = try place.bytes()
        let files = try FileManager.default.contentsOfDirectory(atPath: place.directory).sorted()
        let changed = try place.attribute(.modificationDate)
        let error = #expect(throws: ParleyError.self, sourceLocation: location) { try place.open(migrations) }
        #expect(error?.code == expected, sourceLocation: location)
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")", sourceLocation: location)
        #expect(try place.bytes() == bytes, sourceLocation: location)
        #expect(try place.attribute(.modificationDate) == changed, sourceLocation: location)
        let left = try FileManager.default.contentsOfDirectory(atPath: place.directory).sorted()
        #expect(left == files, sourceLocation: location)
    }

    @Test(arguments: [1, 99, 100, 108, 5_000]) func textIsRefused(_ count: Int) throws {
        try place.write(Array(repeating: UInt8(ascii: "x"), count: count))
        try expectRefusal(.databaseForeign, "not a database")
    }

    @Test func anEncryptedDatabaseIsRefused() throws {
        var generator = SystemRandomNumberGenerator()
        try place.write((0..<8_192).map { _ in UInt8.random(in: 0...255, using: &generator) })
        try expectRefusal(.databaseForeign, "encrypted")
    }

    @Test(arguments: [0, 0x1234_5678 as UInt32]) func anotherProgramsDatabaseIsRefused(_ id: UInt32) async throws {
        try await place.make()
        try place.patch(68, id.bytes)
        try expectRefusal(.databaseForeign, "another program")
    }

    @Test func anotherProgramsRollbackDatabaseIsRefused() async throws {
        try await place.make()
        try place.patch(18, [1, 1])
        try place.patch(68, [0, 0, 0, 0])
        try expectRefusal(.databaseForeign, "another program")
    }

    @Test func aNewerSchemaIsRefused() async throws {
        try await place.make()
        try place.patch(60, UInt32(2).bytes)
        try expectRefusal(.databaseNewer, "newer version")
    }

    @Test func aNewerSchemaThatIsOnlyInTheLogIsRefused() async throws {
        let next = Migration(number: 2, name: "more", sql: "CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT")
        let other = try Place()
        let database = try other.open([.notes, next])
        for suffix in ["", "-wal"] { try place.write(try other.bytes(suffix), suffix) }
        await database.close()
        try expectRefusal(.databaseNewer, "newer version")
    }

    @Test func aDatabaseWithoutItsEndIsRefused() async throws {
        try await place.make()
        try place.write(Array(try place.bytes().prefix(4_096)))
        try expectRefusal(.databaseDamaged, "end is missing")
    }

    @Test func aDamagedDatabaseThatWasNotClosedIsRefused() async throws {
        let other = try Place()
        let made = try other.open()
        try await made.write(.turn) { connection in
            _ = try connection.run(
                "INSERT INTO note (body, bytes) VALUES ('a', ?)",
                .blob(Array(repeating: 1, count: 1 << 18))
            )
        }
        await made.close()
        let database = try other.open()
        try await database.note("in the log")
        for suffix in ["", "-wal"] { try place.write(try other.bytes(suffix), suffix) }
        await database.close()
        // A page of the large value now points nowhere; the log does not hold that page.
        try place.patch(20 * 4_096, [0xff, 0xff, 0xff, 0xff])
        try expectRefusal(.databaseDamaged, "is damaged")
    }

    @Test func aDirectoryIsRefused() throws {
        try FileManager.default.createDirectory(atPath: place.path, withIntermediateDirectories: false)
        let error = #expect(throws: ParleyError.self) { try place.open() }
        #expect(error?.code == .databaseForeign)
    }

    @Test func anEmptyFileBecomesADatabase() async throws {
        try place.write([])
        let database = try place.open()
        try await database.note("first")
        #expect(try await database.writerValue("SELECT auto_vacuum FROM pragma_auto_vacuum") == "2")
        await database.close()
    }

    @Test func aDatabaseWithoutTablesBecomesOurs() async throws {
        try await place.make()
        let empty = try Place()
        let bare = try empty.open([])
        await bare.close()
        // Neither ours any more nor able to shrink, which another program's empty database is not.
        for offset in [52, 64, 68] { try empty.patch(offset, [0, 0, 0, 0]) }
        let database = try empty.open()
        try await database.note("first")
        #expect(try await database.writerValue("SELECT auto_vacuum FROM pragma_auto_vacuum") == "2")
        await database.close()
    }
}

extension UInt32 {
    fileprivate var bytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: self >> (24 - 8 * $0)) } }
}
