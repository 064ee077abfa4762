/// Cuts bytes that come in pieces into lines.
///
/// Never holds more than one line, and of one that is too long nothing.
package struct LineSplitter {
    private var rest: [UInt8] = []
    private var skips = false
    private let limit: Int

    /// The longest line that the canonical form has: a message with images.
    package static let limit = 64 << 20

    package init(limit: Int = Self.limit) {
        self.limit = limit
    }

    package enum Line: Equatable, Sendable {
        /// Without its line feed.
        case line([UInt8])
        case tooLong
    }

    /// The lines that end in the next piece.
    package mutating func append(_ bytes: [UInt8]) -> [Line] {
        var lines: [Line] = []
        var piece = bytes[...]
        while let end = piece.firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(take(piece[..<end]))
            piece = piece[(end + 1)...]
        }
        keep(piece)
        return lines
    }

    /// The last line, when it has no line feed.
    package mutating func finish() -> Line? {
        rest.isEmpty && !skips ? nil : take([])
    }

    private mutating func take(_ end: ArraySlice<UInt8>) -> Line {
        defer {
            rest = []
            skips = false
        }
        guard !skips, rest.count + end.count <= limit else { return .tooLong }
        return .line(rest.isEmpty ? Array(end) : rest + end)
    }

    private mutating func keep(_ piece: ArraySlice<UInt8>) {
        guard !skips else { return }
        if rest.count + piece.count > limit {
            skips = true
            rest = []
        } else {
            rest.append(contentsOf: piece)
        }
    }
}
