import Foundation
import Glibc
import Parley
import ParleySQLite
import ParleyStore

/// A directory of a test's own, removed with it, and the database in it.
final class Place: Sendable {
    let directory: String
    var path: String { directory + "/parley.sqlite" }

    init() throws {
        directory = NSTemporaryDirectory() + "parley-sqlite-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// Settings that fit small disks; tests of room set their own.
    func settings(_ migrations: [Migration] = [.notes]) -> SQLiteDatabase.Settings {
        var settings = SQLiteDatabase.Settings(path: path, migrations: migrations)
        settings.reserveSize = 0
        settings.lowWater = 0
        return settings
    }

    func open(
        _ migrations: [Migration] = [.notes],
        onFatal: @escaping @Sendable (ParleyError) -> Void = { _ in }
    ) throws -> SQLiteDatabase {
        try SQLiteDatabase.open(settings(migrations), onFatal: onFatal)
    }

    /// Makes a database with one note and closes it.
    func make() async throws {
        let database = try open()
        try await database.note("kept")
        await database.close()
    }

    func exists(_ suffix: String) -> Bool { FileManager.default.fileExists(atPath: path + suffix) }

    func bytes(_ suffix: String = "") throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path + suffix)))
    }

    func write(_ bytes: [UInt8], _ suffix: String = "") throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path + suffix))
    }

    /// Changes bytes of the closed database.
    func patch(_ offset: Int, _ bytes: [UInt8]) throws {
        var all = try self.bytes()
        all.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        try write(all)
    }

    /// Moves a file onto another, as the system does it in one step.
    func rename(_ suffix: String, _ other: String) throws {
        guard unsafe Glibc.rename(path + suffix, path + other) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    /// Empties the database's file without replacing it.
    func empty() throws { try FileHandle(forWritingAtPath: path)?.truncate(atOffset: 0) }

    func attribute(_ key: FileAttributeKey, _ suffix: String = "") throws -> NSObject? {
        try FileManager.default.attributesOfItem(atPath: path + suffix)[key] as? NSObject
    }
}

extension Migration {
    static let notes = Migration(
        number: 1,
        name: "note",
        sql: "CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE, bytes BLOB, weight REAL) STRICT"
    )
}

extension SQLiteDatabase {
    func note(_ body: String, _ lane: WriteLane = .turn) async throws {
        try await write(lane) { _ = try $0.run("INSERT INTO note (body) VALUES (?)", .text(body)) }
    }

    /// The notes in the order in which they were written.
    func notes() throws -> [String] {
        try read { try $0.rows("SELECT body FROM note ORDER BY id") { try $0.text(0) } }
    }

    /// The first column of a query's only row, as the writer sees it.
    func writerValue(_ sql: String) async throws -> String? {
        try await write(.turn) { try $0.row("SELECT CAST((\(sql)) AS TEXT)") { try $0.text(0) } }
    }
}

/// The code of what `body` throws, or `nil`.
func code(_ body: () async throws -> Void) async -> ParleyError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? ParleyError)?.code
    }
}
