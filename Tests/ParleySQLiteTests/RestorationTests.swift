import Foundation
import Parley
import ParleySQLite
import Testing

/// A backup takes the place of the database whole, or not at all.
struct RestorationTests {
    private func written(_ note: String) async throws -> Place {
        let place = try Place()
        let database = try place.open()
        try await database.note(note)
        await database.close()
        return place
    }

    private func notes(_ path: String) async throws -> [String] {
        let place = try Place()
        var settings = place.settings()
        settings.path = path
        let database = try SQLiteDatabase.open(settings)
        let notes = try database.notes()
        await database.close()
        return notes
    }

    @Test func theOldDatabaseStaysBesideTheNew() async throws {
        let (old, backup) = (try await written("old"), try await written("backup"))
        let restoration = try Restoration(of: old.path)
        let kept = try restoration.carryOut(with: backup.path, date: "20250131-120000") { _ in true }
        restoration.finish()
        #expect(kept == old.path + ".before-restore-20250131-120000")
        #expect(try await notes(old.path) == ["backup"])
        #expect(try await notes(try #require(kept)) == ["old"])
    }

    @Test func aCopyThatIsNotTheSameChangesNothing() async throws {
        let (old, backup) = (try await written("old"), try await written("backup"))
        let restoration = try Restoration(of: old.path)
        #expect(throws: ParleyError.self) {
            try restoration.carryOut(with: backup.path, date: "x") { _ in false }
        }
        restoration.finish()
        let names = try FileManager.default.contentsOfDirectory(atPath: old.directory)
        #expect(!names.contains { $0.contains("restore") })
        #expect(try await notes(old.path) == ["old"])
    }

    @Test func aDirectoryThatIsMissingIsMade() async throws {
        let (place, backup) = (try Place(), try await written("backup"))
        let path = place.directory + "/new/machine/p.sqlite"
        let restoration = try Restoration(of: path)
        #expect(try restoration.carryOut(with: backup.path, date: "x") { _ in true } == nil)
        restoration.finish()
        #expect(try await notes(path) == ["backup"])
    }

    @Test func nothingIsRestoredUnderAServer() async throws {
        let place = try await written("old")
        let database = try place.open()
        #expect(throws: ParleyError.self) { _ = try Restoration(of: place.path) }
        await database.close()
    }
}
