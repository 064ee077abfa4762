import Foundation
import Parley

/// Where the process that holds a database takes commands.
struct SocketPlace: Sendable {
    /// The path of the unix socket.
    let path: String

    /// The longest path that a socket address holds is 107 bytes.
    private static let limit = 100

    /// The socket of a database: in a directory of its own beside it, or where the system keeps sockets when that path is
    /// too long.
    init(database: String) {
        let beside = database + ".run/parley.sock"
        guard beside.utf8.count > Self.limit else {
            path = beside
            return
        }
        let name = "parley-\(StableHash.text(database)).sock"
        path = (UserFolder.runtime ?? "/tmp/parley-\(getuid())") + "/" + name
    }

    /// Makes the directory, which nobody else may enter.
    /// - Throws: ``ParleyError/Code/storageReadOnly`` when it cannot be made, or belongs to somebody else.
    func prepare() throws {
        let directory = (path as NSString).deletingLastPathComponent
        do {
            try FileManager.default.createDirectory(
                atPath: directory,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw ParleyError(.storageReadOnly, "Cannot make \(directory), where commands reach Parley.", cause: error)
        }
        var facts = stat()
        guard unsafe lstat(directory, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR, facts.st_uid == getuid() else {
            throw ParleyError(
                .storageReadOnly,
                "\(directory) belongs to somebody else; remove it or set XDG_RUNTIME_DIR."
            )
        }
        if facts.st_mode & 0o077 != 0 { _ = unsafe chmod(directory, 0o700) }
    }
}
