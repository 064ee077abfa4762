import Foundation
import Parley

/// What comes through a pipe and has to be read in any order, laid down in a file that nobody else can open.
///
/// The file has no name any more once it is made: it is gone with the process, however that ends.
final class SpooledInput: Sendable {
    private let descriptor: Int32

    /// By what the file can be opened again, as long as this is kept.
    var path: String { "/proc/self/fd/\(descriptor)" }

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Reads `source` to its end.
    ///
    /// - Throws: ``ParleyError/Code/invalidValue`` when there is more of it than `limit` bytes, and
    ///   ``ParleyError/Code/storageFull`` when it does not fit on the disk.
    static func all(of source: any ByteSource, name: String, limit: UInt64) throws -> SpooledInput {
        let folder = FileManager.default.temporaryDirectory.path
        let spooled = SpooledInput(try namelessFile(in: folder))
        var count: UInt64 = 0
        while let piece = try source.next() {
            count += UInt64(piece.count)
            guard count <= limit else {
                throw ParleyError(.invalidValue, "\(name) is longer than \(limit) bytes. Name its file instead.")
            }
            try write(piece, to: spooled.descriptor, folder)
        }
        return spooled
    }

    /// Made with mode 0600 under a name that nobody can guess.
    private static func namelessFile(in folder: String) throws -> Int32 {
        var template = Array("\(folder)/parley-import-XXXXXX".utf8CString)
        let descriptor = unsafe mkstemp(&template)
        guard descriptor >= 0 else {
            throw ParleyError(.storageReadOnly, "No file can be made in \(folder). Set TMPDIR to another folder.")
        }
        _ = unsafe unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }

    private static func write(_ piece: [UInt8], to descriptor: Int32, _ folder: String) throws {
        var rest = piece[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw ParleyError(
                    .storageFull,
                    "The archive does not fit into \(folder). Set TMPDIR to a folder with more room, or name its file."
                )
            }
            rest = rest.dropFirst(count)
        }
    }
}
