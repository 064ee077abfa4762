import Foundation

/// Who has a database open, as written into its lock file.
package struct LockOwner: Codable, Equatable, Sendable {
    package var pid: Int32
    /// Where the owner takes commands, for those who must not open the database themselves.
    package var socket: String?

    package init(pid: Int32 = getpid(), socket: String? = nil) {
        self.pid = pid
        self.socket = socket
    }
}
