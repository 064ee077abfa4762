import Foundation
import Parley

/// The bytes of a file, or of standard input.
final class FileSource: ByteSource {
    private let descriptor: Int32
    private let name: String
    /// What was read before the source was made.
    private var head: [UInt8]?

    private static let pieceSize = 256 << 10

    /// - Throws: ``ParleyError/Code/invalidValue`` when it cannot be read.
    init(path: String, name: String) throws {
        descriptor = unsafe Foundation.open(path, O_RDONLY | O_CLOEXEC)
        self.name = name
        guard descriptor >= 0 else { throw Self.unreadable(name) }
    }

    /// Standard input.
    init(standardInput name: String) {
        descriptor = dup(STDIN_FILENO)
        self.name = name
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The first bytes, which ``next()`` hands out all the same.
    func peek() throws -> [UInt8] {
        if let head { return head }
        var bytes: [UInt8] = []
        while bytes.count < 4096, let piece = try read(4096) { bytes += piece }
        head = bytes
        return bytes
    }

    func next() throws -> [UInt8]? {
        if let head, !head.isEmpty {
            self.head = []
            return head
        }
        return try read(Self.pieceSize)
    }

    private func read(_ size: Int) throws -> [UInt8]? {
        var piece = [UInt8](repeating: 0, count: size)
        while true {
            let count = unsafe Foundation.read(descriptor, &piece, size)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.unreadable(name) }
            guard count > 0 else { return nil }
            if count < size { piece.removeSubrange(count...) }
            return piece
        }
    }

    private static func unreadable(_ name: String) -> ParleyError {
        ParleyError(.invalidValue, "\(name) cannot be read.")
    }
}
