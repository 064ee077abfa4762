import Parley
import ParleyInterchange

/// Writes what was read as lines, in pieces that are worth sending.
struct ImportLines {
    private var writer = CanonicalWriter()
    private var bytes: [UInt8] = []

    private static let pieceSize = 256 << 10

    mutating func add(_ step: ImportStep) {
        switch step {
        case .line(let line):
            bytes += line
            bytes.append(UInt8(ascii: "\n"))
        case .conversation(let imported):
            bytes += writer.add(imported.conversation)
            for item in imported.items { bytes += writer.add(item) }
        case .problem, .leftOut: break
        }
    }

    /// The first line, of what was not written by us.
    mutating func begin(at time: Timestamp) {
        bytes += writer.begin(CanonicalHeader(exportedAt: time))
    }

    /// The last line.
    mutating func end() {
        bytes += writer.end()
    }

    /// What has gathered, when it is enough.
    mutating func piece() -> [UInt8]? {
        guard bytes.count >= Self.pieceSize else { return nil }
        return rest()
    }

    /// Everything that has gathered.
    mutating func rest() -> [UInt8] {
        defer {
            bytes = []
            bytes.reserveCapacity(2 * Self.pieceSize)
        }
        return bytes
    }
}
