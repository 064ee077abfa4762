import Dispatch
import GRDB
import Parley
import ParleyStore

extension SQLiteDatabase {
    /// Writes a consistent copy of the whole database to `path`, while it is in use.
    ///
    /// The copy appears complete and on the disk, or not at all. Only the owner of the process can read it.
    /// - Throws: ``ParleyError/Code/storageFull`` and what else writing a file can throw.
    package func snapshot(to path: String) async throws {
        try await onOwnConnection { try Snapshot.write($0, to: path) }
    }

    /// What SQLite finds wrong with the database; nothing when it is sound.
    ///
    /// A thorough check compares every index with its table, which takes minutes for gigabytes.
    package func check(isThorough: Bool) async throws -> [String] {
        try await onOwnConnection { database in
            let pragma = isThorough ? "integrity_check" : "quick_check"
            let found = try String.fetchAll(database, sql: "PRAGMA \(pragma)").filter { $0 != "ok" }
            let broken = try GRDB.Row.fetchAll(database, sql: "PRAGMA foreign_key_check").map { row in
                "a row of \(try row.decode(String.self, atIndex: 0)) refers to nothing"
            }
            return found + broken
        }
    }

    /// Gives free pages back to the disk, a slice at a time so that turns are not held up.
    /// - Returns: how many pages are still free.
    @discardableResult
    package func reclaim(pages: Int = 256) async throws -> Int {
        try await write(.maintenance) { connection in
            try connection.run("PRAGMA incremental_vacuum(\(pages))")
            return Int(try connection.row("PRAGMA freelist_count") { try $0.integer(0) } ?? 0)
        }
    }

    @discardableResult
    package func giveBackSpace(_ tell: (_ pages: Int) async -> Void) async throws -> Bool {
        var left = Int.max
        while true {
            let free = try await reclaim()
            await tell(free)
            // A page that cannot be moved just now is given back another time.
            guard free > 0, free < left else { break }
            left = free
        }
        for _ in 0..<Self.patience {
            if await writer.emptyLog() { return true }
            try await Task.sleep(for: .milliseconds(100))
        }
        // Somebody reads for long: run() goes on trying.
        writer.checkpoints.owe()
        return false
    }

    /// How often it is tried to empty the log while somebody waits for it.
    private static let patience = 20

    package var logHoldsRemoved: Bool { writer.checkpoints.isOwed }

    /// Runs `body` on a connection that only reads, is closed afterwards, and is exempt from the readers' limits.
    func onOwnConnection<Result: Sendable>(
        _ body: @escaping @Sendable (GRDB.Database) throws -> Result
    ) async throws -> Result {
        let path = files.path
        return try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global(qos: .utility).async {
                continuation.resume(
                    with: Swift.Result {
                        var configuration = Configuration()
                        configuration.readonly = true
                        configuration.busyMode = .timeout(10)
                        let queue = try DatabaseQueue(path: path, configuration: configuration)
                        defer { try? queue.close() }
                        return try queue.inDatabase(body)
                    }.mapError(ParleyError.translating)
                )
            }
        }
    }
}
