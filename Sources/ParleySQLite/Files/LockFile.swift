import Foundation
import Glibc
import Parley

/// The lock that makes sure that one process at a time has a database open.
///
/// A separate file, `PATH.lock`: closing a descriptor of the database itself would drop SQLite's own locks. The kernel
/// lets go of it when the process ends, however it ends.
package final class LockFile: Sendable {
    private let path: String
    private let descriptor: Int32

    /// Takes the lock, or says who has it.
    /// - Throws: ``ParleyError/Code/databaseLocked``; ``ParleyError/Code/storageReadOnly`` when the file cannot be made.
    init(database: String, owner: LockOwner) throws {
        path = Self.path(database)
        descriptor = try Self.take(path, database)
        // The text only tells who holds it, so a full disk does not keep anybody from starting.
        FileBytes.replace(descriptor, with: Array(try JSONEncoder().encode(owner)))
    }

    deinit { close(descriptor) }

    /// Removes the file, if it is still ours; the lock itself ends with the object.
    func remove() {
        if Self.isCurrent(descriptor, path) { _ = unsafe unlink(path) }
    }

    /// Who has `database` open at present, or `nil`.
    package static func holder(of database: String) -> LockOwner? {
        let descriptor = unsafe open(path(RealPath.of(database)), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // Whoever takes the lock at this very moment tries more than once, so asking does not get in the way.
        if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return nil }
        return read(descriptor)
    }

    private static func path(_ database: String) -> String { database + ".lock" }

    private static func take(_ path: String, _ database: String) throws -> Int32 {
        for attempt in 1...maximumAttempts {
            let descriptor = unsafe open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw ParleyError.cannotCreate(path, errno) }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
                // The former owner may have removed the file between our two calls.
                if isCurrent(descriptor, path) { return descriptor }
            } else if attempt == maximumAttempts {
                defer { close(descriptor) }
                throw ParleyError.locked(database, read(descriptor))
            }
            close(descriptor)
            usleep(10_000)
        }
        throw ParleyError.locked(database, nil)
    }

    private static let maximumAttempts = 10

    private static func isCurrent(_ descriptor: Int32, _ path: String) -> Bool {
        guard let ours = FileFacts(ofDescriptor: descriptor), let named = FileFacts(of: path) else { return false }
        return ours.isSameFile(as: named)
    }

    private static func read(_ descriptor: Int32) -> LockOwner? {
        try? JSONDecoder().decode(LockOwner.self, from: Data(FileBytes.read(descriptor, 4_096)))
    }
}

extension ParleyError {
    fileprivate static func locked(_ database: String, _ owner: LockOwner?) -> Self {
        let who = owner.map { "process \($0.pid)" } ?? "another process"
        return Self(.databaseLocked, "\(database) is in use by \(who). Stop it, or send it your request.")
    }

    /// A file or directory beside the database could not be made.
    static func cannotCreate(_ path: String, _ code: Int32) -> Self {
        let reason = unsafe String(cString: strerror(code))
        let cause = SQLiteFailure(code: 0, systemError: code, message: path)
        return switch code {
        case EROFS, EACCES, EPERM: Self(.storageReadOnly, "Cannot write \(path): \(reason).", cause: cause)
        case ENOSPC, EDQUOT: Self(.storageFull, "Cannot write \(path): \(reason).", cause: cause)
        default: Self(.configuration, "Cannot write \(path): \(reason).", cause: cause)
        }
    }
}
