import GRDB
import Glibc
import Parley

/// Puts a backup into the place of a database that nobody has open.
///
/// At every moment there is a whole database under the name: the old one, or the backup. The old one stays beside it.
package struct Restoration {
    private let database: String
    private let lock: LockFile

    /// Takes the lock; makes the directory where there was no database yet.
    ///
    /// - Throws: ``ParleyError/Code/databaseLocked``.
    package init(of database: String) throws {
        try Directory.make(RealPath.directory(of: RealPath.absolute(database)))
        let path = RealPath.of(database)
        self.database = path
        lock = try LockFile(database: path, owner: LockOwner(socket: nil))
    }

    /// Copies the backup beside the database, then changes the names.
    ///
    /// `date` names the old database; `isTheSame` tells whether a file is the backup that was found sound.
    /// - Returns: where the old database is; `nil` when there was none.
    package func carryOut(
        with backup: String,
        date: String,
        isTheSame: (String) throws -> Bool
    ) throws -> String? {
        let unfinished = database + ".restore-unfinished"
        do {
            try copy(backup, to: unfinished)
            guard try isTheSame(unfinished) else {
                throw ParleyError(.databaseDamaged, "The copy of \(backup) is not what was read. Is the disk sound?")
            }
            let old = try keepOld(date)
            guard unsafe rename(unfinished, database) == 0 else { throw ParleyError.cannotCreate(database, errno) }
            try BackupFile.synchronize(RealPath.directory(of: database))
            return old
        } catch {
            _ = unsafe unlink(unfinished)
            throw error
        }
    }

    /// Lets go of the lock.
    package func finish() { lock.remove() }

    /// A second name for the old database, which has no log then: one that is left would be taken for the backup's.
    private func keepOld(_ date: String) throws -> String? {
        guard FileFacts(of: database) != nil else { return nil }
        let old = "\(database).before-restore-\(date)"
        emptyLog()
        guard unsafe link(database, old) == 0 else { throw ParleyError.cannotCreate(old, errno) }
        // Only a database that cannot be opened has a log still.
        if FileFacts(of: database + "-wal") != nil, unsafe rename(database + "-wal", old + "-wal") != 0 {
            throw ParleyError.cannotCreate(old + "-wal", errno)
        }
        _ = unsafe unlink(database + "-shm")
        return old
    }

    private func emptyLog() {
        guard let log = FileFacts(of: database + "-wal"), log.size > 0 else { return }
        guard let queue = try? DatabaseQueue(path: database) else { return }
        try? queue.inDatabase { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        try? queue.close()
    }

    private func copy(_ from: String, to path: String) throws {
        _ = unsafe unlink(path)
        let source = unsafe open(from, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { throw ParleyError.cannotCreate(from, errno) }
        defer { close(source) }
        let target = unsafe open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard target >= 0 else { throw ParleyError.cannotCreate(path, errno) }
        defer { close(target) }
        var offset: Int64 = 0
        while true {
            let piece = FileBytes.read(source, 1 << 20, from: offset)
            guard !piece.isEmpty else { break }
            let written = unsafe piece.withUnsafeBytes {
                unsafe pwrite(target, $0.baseAddress, $0.count, off_t(offset))
            }
            guard written == piece.count else { throw ParleyError.cannotCreate(path, errno) }
            offset += Int64(written)
        }
        guard fsync(target) == 0 else { throw ParleyError.cannotCreate(path, errno) }
    }
}
