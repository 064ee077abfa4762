import Foundation
import Parley
import Testing

@testable import ParleyCommands

/// Under the name of a backup stands a sound one, or what stood there before.
struct BackupTargetTests {
    private func inFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("parley-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    @Test(arguments: ["no database", "SQLite format 3\0 and no more", ""])
    func whatIsNoSoundDatabaseGetsNoName(_ text: String) async throws {
        try await inFolder { folder in
            let target = try BackupTarget(folder + "/b.sqlite", replaces: false)
            await #expect(throws: ParleyError.self) {
                _ = try await target.write(newest: 99) { try $0(Array(text.utf8)) }
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }

    @Test func whatIsToBeReplacedStaysUntilTheNewOneIsSound() async throws {
        try await inFolder { folder in
            let path = folder + "/b.sqlite"
            for name in [path, path + ".sha256"] { try Data("old".utf8).write(to: URL(fileURLWithPath: name)) }
            #expect(throws: ParleyError.self) { _ = try BackupTarget(path, replaces: false) }
            let target = try BackupTarget(path, replaces: true)
            await #expect(throws: ParleyError.self) {
                _ = try await target.write(newest: 99) { try $0(Array("no database".utf8)) }
            }
            for name in [path, path + ".sha256"] { #expect(try String(contentsOfFile: name, encoding: .utf8) == "old") }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 2)
        }
    }
}
