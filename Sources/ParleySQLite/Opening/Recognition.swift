import Glibc
import Parley

/// What a path holds, found out without changing a byte of it.
///
/// Must be asked before SQLite has the file open in this process, and under the ``LockFile``.
enum Recognition: Equatable {
    case absent
    /// Nothing, or a database without tables: to be made ours.
    case empty
    /// Ours, with so many migrations done.
    case ours(version: Int)

    /// Looks at a file.
    ///
    /// - Parameters:
    ///   - path: the file, which need not exist.
    ///   - newest: the number of the last migration that this program knows.
    ///   - quickCheckLimit: up to so many bytes a database that was not closed properly is checked.
    /// - Throws: ``ParleyError/Code/databaseForeign``, ``ParleyError/Code/databaseNewer`` or
    ///   ``ParleyError/Code/databaseDamaged``, with the reason.
    init(_ path: String, newest: Int, quickCheckLimit: Int64) throws {
        let logSize = FileFacts(of: path + "-wal")?.size ?? 0
        guard let facts = FileFacts(of: path) else {
            self = .absent
            return
        }
        guard facts.isRegular else { throw ParleyError.foreign(path, "it is not a file") }
        guard facts.size > 0 else {
            guard logSize == 0 else { throw ParleyError.damaged(path, "it is empty but has a log") }
            self = .empty
            return
        }
        let header = try Self.header(path, facts)
        guard header.applicationID == DatabaseHeader.applicationID else {
            guard header.applicationID == 0, header.isEmpty, logSize == 0 else {
                throw ParleyError.foreign(path, "it is the database of another program")
            }
            self = .empty
            return
        }
        if logSize == 0, facts.size < header.expectedSize { throw ParleyError.damaged(path, "its end is missing") }
        let version = try Self.version(path, isClean: logSize == 0, check: facts.size < quickCheckLimit)
        guard version <= newest else { throw ParleyError.newer(path, version, newest) }
        self = .ours(version: version)
    }

    private static func header(_ path: String, _ facts: FileFacts) throws -> DatabaseHeader {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ParleyError.cannotRead(path, errno) }
        defer { close(descriptor) }
        let bytes = FileBytes.read(descriptor, DatabaseHeader.length)
        if let header = DatabaseHeader(bytes) { return header }
        // An encrypted database looks like noise, in whole pages.
        let isNoise = facts.size % 512 == 0 && Set(bytes).count > DatabaseHeader.length / 2
        throw ParleyError.foreign(path, isNoise ? "it is encrypted, or not a database" : "it is not a database")
    }

    private static func version(_ path: String, isClean: Bool, check: Bool) throws -> Int {
        do {
            let inspection = try Inspection(path, isClean: isClean)
            if !isClean, check, let problem = try inspection.problem() { throw ParleyError.damaged(path, problem) }
            return try inspection.version()
        } catch let failure as SQLiteFailure {
            throw ParleyError.damaged(path, failure.message, cause: failure)
        }
    }
}

extension ParleyError {
    fileprivate static func foreign(_ path: String, _ reason: String) -> Self {
        Self(.databaseForeign, "\(path) is not a database of Parley: \(reason). It was left as it is.")
    }

    fileprivate static func damaged(_ path: String, _ reason: String, cause: (any Error)? = nil) -> Self {
        Self(.databaseDamaged, "\(path) is damaged: \(reason). Restore a backup; it was left as it is.", cause: cause)
    }

    fileprivate static func newer(_ path: String, _ version: Int, _ newest: Int) -> Self {
        Self(
            .databaseNewer,
            "\(path) was written by a newer version of Parley (schema \(version), this one knows \(newest)). Upgrade Parley."
        )
    }

    fileprivate static func cannotRead(_ path: String, _ code: Int32) -> Self {
        let reason = unsafe String(cString: strerror(code))
        return Self(.configuration, "Cannot read \(path): \(reason).")
    }
}
