import GRDB
import Glibc
import Parley

/// A consistent copy of a database in one file, made while it is in use.
enum Snapshot {
    /// How the name of a copy ends while it is made; a random part follows, so that no two share it.
    static let suffix = ".unfinished-"

    /// Copies `database` to `path`, which appears only when the copy is complete and on the disk.
    ///
    /// Readable by the owner of the process only, whatever the original was. Needs as much room as the database.
    static func write(_ database: GRDB.Database, to path: String) throws {
        let unfinished = path + suffix + randomPart
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

    static var randomPart: String { String(UInt64.random(in: 0 ... .max), radix: 16) }

    /// Removes the copies of the database at `path` that a killed process has left half made.
    ///
    /// Nobody may be making one.
    static func removeLeft(of path: String) {
        let folder = RealPath.directory(of: path)
        guard let name = path.split(separator: "/").last, let directory = unsafe opendir(folder) else { return }
        defer { _ = unsafe closedir(directory) }
        while let entry = unsafe readdir(directory) {
            let found = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if isLeft(found, of: String(name)) { _ = unsafe unlink(folder + "/" + found) }
        }
    }

    private static func isLeft(_ file: String, of name: String) -> Bool {
        if file.hasPrefix(name + SQLiteDatabase.copySuffix) { return true }
        return file.hasPrefix(name + ".before-") && file.contains(suffix)
    }
}
