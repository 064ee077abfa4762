import Foundation
import Parley

/// Writes a file that did not exist, readable by its owner alone.
enum ExportFile {
    /// - Throws: ``ParleyError/Code/conflict`` when there is such a file; ``ParleyError/Code/storageReadOnly``.
    static func write(_ text: String, to path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw ParleyError(.conflict, "\(path) exists already. Choose another name.")
        }
        let made = FileManager.default.createFile(
            atPath: path,
            contents: Data(text.utf8),
            attributes: [.posixPermissions: 0o600]
        )
        guard made else { throw ParleyError(.storageReadOnly, "\(path) cannot be written.") }
    }
}
