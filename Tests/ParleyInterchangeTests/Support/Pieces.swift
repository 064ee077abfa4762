import Parley

/// Bytes in pieces of a size.
final class Pieces: ByteSource {
    private let bytes: [UInt8]
    private let size: Int
    private var position = 0

    init(_ bytes: [UInt8], of size: Int = 65_536) {
        self.bytes = bytes
        self.size = size
    }

    convenience init(_ text: String, of size: Int = 65_536) {
        self.init(Array(text.utf8), of: size)
    }

    func next() throws -> [UInt8]? {
        guard position < bytes.count else { return nil }
        let end = min(position + size, bytes.count)
        defer { position = end }
        return Array(bytes[position..<end])
    }
}
