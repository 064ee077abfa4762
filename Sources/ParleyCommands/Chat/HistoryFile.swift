import Foundation

/// The file that keeps what was typed, for the arrow keys of later chats.
///
/// Only its owner may read it.
enum HistoryFile {
    /// Its path; `nil` when it cannot be kept.
    static func prepare() -> String? {
        let folder = UserFolder.state + "/parley"
        let path = folder + "/history"
        let files = FileManager.default
        try? files.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        if !files.fileExists(atPath: path) {
            _ = files.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        }
        try? files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        return files.isWritableFile(atPath: path) ? path : nil
    }
}
