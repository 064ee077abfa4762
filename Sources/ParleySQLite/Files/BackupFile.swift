import Glibc
import Parley

/// A file that is, or is to be, a copy of a database.
package enum BackupFile {
    /// What is known of a backup that is sound.
    package struct Facts: Sendable {
        package var size: Int64
        package var schemaVersion: Int
    }

    /// Opens a backup without changing it, and has it looked through whole.
    ///
    /// Nobody may be writing to it. `newest` is the number of the last migration that this program knows.
    /// - Throws: ``ParleyError/Code/databaseForeign``, ``ParleyError/Code/databaseNewer``,
    ///   ``ParleyError/Code/databaseDamaged`` or ``ParleyError/Code/notFound``, with the reason.
    package static func verify(_ path: String, newest: Int) throws -> Facts {
        try refuseLog(beside: path)
        let recognised = try Recognition(path, newest: newest, quickCheckLimit: .max)
        guard case .ours(let version) = recognised, version > 0, let facts = FileFacts(of: path) else {
            throw ParleyError(.notFound, "\(path) is not a Parley backup: it is missing or empty.")
        }
        do {
            let problem = try Inspection(path, isClean: true).problem(isThorough: true)
            guard let problem else { return Facts(size: facts.size, schemaVersion: version) }
            throw ParleyError(.databaseDamaged, "The backup \(path) is damaged: \(problem). Take another one.")
        } catch let failure as SQLiteFailure {
            throw ParleyError(
                .databaseDamaged,
                "The backup \(path) cannot be read: \(failure.message). Take another one.",
                cause: failure
            )
        }
    }

    /// What stands in a log only would be lost without a word.
    private static func refuseLog(beside path: String) throws {
        let log = path + "-wal"
        guard let size = FileFacts(of: log)?.size, size > 0 else { return }
        throw ParleyError(
            .configuration,
            "\(path) is not whole: its newest changes stand in \(log). Run `parley database check --database \(path)`, "
                + "which puts them into the file, or take a copy with `parley database backup`."
        )
    }

    /// What a backup knows otherwise than the database in whose place it was put.
    package struct Revived: Equatable, Sendable {
        /// The receipts of erasures that the backup does not know, in hexadecimal digits.
        package var erasures: [String] = []
        /// The keys that were revoked or removed since, and are good again.
        package var keys: [String] = []
    }

    /// Compares a backup with the database that was there; `nil` when either cannot be read.
    package static func revived(by backup: String, after old: String) -> Revived? {
        let erasures = "SELECT coalesce(group_concat(lower(hex(public_id))), '') FROM erasure"
        let keys = "SELECT coalesce(group_concat(handle), '') FROM api_key WHERE revoked_at IS NULL"
        guard let done = names(erasures, old), let still = names(keys, old), let good = names(keys, backup) else {
            return nil
        }
        // An old backup has no table of them.
        let known = names(erasures, backup) ?? []
        return Revived(erasures: done.subtracting(known).sorted(), keys: good.subtracting(still).sorted())
    }

    private static func names(_ sql: String, _ path: String) -> Set<String>? {
        guard (FileFacts(of: path + "-wal")?.size ?? 0) == 0 else { return nil }
        guard let text = try? Inspection(path, isClean: true).first(sql) else { return nil }
        return Set(text.split(separator: ",").map(String.init))
    }

    /// Sees to it that what was written to a file, or the names in a directory, are on the disk.
    package static func synchronize(_ path: String) throws {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ParleyError.cannotCreate(path, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw ParleyError.cannotCreate(path, errno) }
    }
}
