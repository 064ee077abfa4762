import Foundation
import Parley
import ParleySQLite
import ParleyStore
import Testing

struct MigratorTests {
    private let place: Place
    private let more = Migration(
        number: 2,
        name: "more",
        sql: "CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT; INSERT INTO more VALUES (1);"
    )

    init() throws { place = try Place() }

    @Test func whatIsMissingIsDone() async throws {
        try await place.make()
        let database = try place.open([.notes, more])
        #expect(try await database.status().schemaVersion == 2)
        #expect(try database.notes() == ["kept"])
        #expect(try await database.writerValue("SELECT count(*) FROM more") == "1")
        await database.close()
    }

    @Test func aCopyFromBeforeIsKept() async throws {
        try await place.make()
        let database = try place.open([.notes, more])
        await database.close()
        #expect(try place.attribute(.posixPermissions, ".before-0002") == NSNumber(value: 0o600))
        var settings = place.settings()
        settings.path += ".before-0002"
        let copy = try SQLiteDatabase.open(settings)
        #expect(try copy.notes() == ["kept"])
        #expect(try await copy.status().schemaVersion == 1)
        #expect(try await copy.writerValue("SELECT auto_vacuum FROM pragma_auto_vacuum") == "2")
        await copy.close()
    }

    @Test func nothingIsCopiedWhenNothingIsToBeDone() async throws {
        try await place.make()
        let database = try place.open()
        await database.close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.directory) == ["parley.sqlite"])
    }

    @Test(arguments: [
        "CREATE TABLE half (id INTEGER) STRICT; SELECT * FROM nowhere",
        "CREATE TABLE half (id INTEGER) STRICT; COMMIT",
        "CREATE TABLE half (id INTEGER REFERENCES note) STRICT; INSERT INTO half VALUES (99)",
    ])
    func aMigrationThatFailsLeavesNothing(_ sql: String) async throws {
        let bad = Migration(number: 3, name: "bad", sql: sql)
        try await place.make()
        let error = #expect(throws: ParleyError.self) { try place.open([.notes, more, bad]) }
        #expect(error?.code == .internalError)
        #expect(error?.message.contains("0003 (bad)") == true)
        guard !sql.hasSuffix("COMMIT") else { return }
        let database = try place.open([.notes, more])
        #expect(try await database.status().schemaVersion == 2)
        #expect(try await database.writerValue("SELECT count(*) FROM sqlite_schema WHERE name = 'half'") == "0")
        await database.close()
    }

    @Test func aTableOthersReferToCanBeRebuilt() async throws {
        let child = Migration(
            number: 2,
            name: "child",
            sql:
                "CREATE TABLE child (note INTEGER NOT NULL REFERENCES note) STRICT; INSERT INTO child SELECT id FROM note"
        )
        let rebuild = Migration(
            number: 3,
            name: "rebuild",
            sql: """
                CREATE TABLE other (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
                INSERT INTO other SELECT id, body FROM note;
                DROP TABLE note;
                ALTER TABLE other RENAME TO note;
                """
        )
        try await place.make()
        let database = try place.open([.notes, child, rebuild])
        #expect(try database.notes() == ["kept"])
        let refused = await code {
            try await database.write(.turn) { _ = try $0.run("INSERT INTO child VALUES (99)") }
        }
        #expect(refused == .internalError)
        await database.close()
    }

    @Test func numbersMustBeWithoutGaps() throws {
        #expect(throws: ParleyError.self) { try place.open([.notes, Migration(number: 3, name: "gap", sql: "")]) }
    }
}
