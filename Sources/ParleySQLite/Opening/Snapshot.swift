import GRDB
import Glibc
import Parley

/// A consistent copy of a database in one file, made while it is in use.
enum Snapshot {
    /// Copies `database` to `path`, which appears only when the copy is complete and on the disk.
    ///
    /// Readable by the owner of the process only, whatever the original was. Needs as much room as the database.
    static func write(_ database: GRDB.Database, to path: String) throws {
        let unfinished = path + ".unfinished"
        _ = unsafe unlink(unfinished)
        let descriptor = unsafe open(unfinished, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw ParleyError.cannotCreate(unfinished, errno) }
        close(descriptor)
        do {
            try database.execute(sql: "VACUUM INTO ?", arguments: [unfinished])
            try BackupFile.synchronize(unfinished)
            guard unsafe rename(unfinished, path) == 0 else { throw ParleyError.cannotCreate(path, errno) }
            try BackupFile.synchronize(RealPath.directory(of: path))
        } catch {
            _ = unsafe unlink(unfinished)
            throw ParleyError.translating(error)
        }
    }
}
