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
        let recognised = try Recognition(path, newest: newest, quickCheckLimit: .max)
        guard case .ours(let version) = recognised, version > 0, let facts = FileFacts(of: path) else {
            throw ParleyError(.notFound, "\(path) is no backup of Parley: it is absent, or empty.")
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

    /// Sees to it that what was written to a file, or the names in a directory, are on the disk.
    package static func synchronize(_ path: String) throws {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ParleyError.cannotCreate(path, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw ParleyError.cannotCreate(path, errno) }
    }
}
