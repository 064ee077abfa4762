import Foundation
import Parley
import Synchronization

/// Tells the process that holds the database that a command is using it, so that it does not leave.
///
/// A shared lock on a file beside the socket. Who holds the database takes the exclusive one before it leaves: it gets it
/// when no command is there, and none can come after that. The kernel gives a lock back when its process ends, however
/// it ends.
final class Attendance: Sendable {
    private let descriptor: Mutex<Int32?>

    private init(_ descriptor: Int32) {
        self.descriptor = Mutex(descriptor)
    }

    deinit { leave() }

    /// A command enters.
    /// - Throws: ``ParleyError/Code/shuttingDown`` when the process is about to leave, or has not begun yet.
    static func enter(besides socket: String) throws -> Attendance {
        guard let attendance = lock(path(socket), O_RDONLY, LOCK_SH) else {
            throw ParleyError(.shuttingDown, "The process that holds the database is about to leave. Please try again.")
        }
        return attendance
    }

    /// Who holds the database lets commands in.
    static func open(besides socket: String) {
        let descriptor = unsafe Foundation.open(path(socket), O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if descriptor >= 0 { close(descriptor) }
    }

    /// Who holds the database waits until no command is there, and lets none in any more.
    static func waitForLast(besides socket: String) async throws -> Attendance {
        while true {
            if let attendance = lock(path(socket), O_RDWR, LOCK_EX) { return attendance }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    func leave() {
        descriptor.withLock { descriptor in
            if let open = descriptor { close(open) }
            descriptor = nil
        }
    }

    private static func lock(_ path: String, _ mode: Int32, _ kind: Int32) -> Attendance? {
        let descriptor = unsafe Foundation.open(path, mode | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, kind | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        return Attendance(descriptor)
    }

    private static func path(_ socket: String) -> String { socket + ".clients" }
}
