import Glibc
import Parley

/// The files beside a database, and the disk they are on.
struct Files: Sendable {
    let path: String
    let lock: LockFile
    let disk: DiskSpace
    let reserve: DiskReserve

    /// Takes the lock.
    init(_ settings: SQLiteDatabase.Settings) throws {
        path = settings.path
        let directory = RealPath.directory(of: path)
        disk = DiskSpace(directory: directory, lowWater: settings.lowWater)
        reserve = DiskReserve(database: path, size: settings.reserveSize)
        lock = try LockFile(database: path, owner: LockOwner(socket: settings.socket))
        if !settings.allowsNetworkFileSystem { try FileSystem.refuseNetwork(directory) }
    }

    /// Makes sure that the database can be written, and that a new one is nobody else's to read.
    func prepare(_ found: Recognition) throws {
        if (disk.free ?? .max) < Self.leastSpace { reserve.release() }
        let descriptor = unsafe open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw ParleyError.cannotCreate(path, errno) }
        close(descriptor)
    }

    /// Opening writes a few pages even when there is nothing to do.
    private static let leastSpace: Int64 = 1 << 20
}

extension SQLiteDatabase {
    /// What the names of a database's files have behind its own.
    package static let companions = ["", "-wal", "-shm", "-journal", ".lock", ".reserve"]
}
