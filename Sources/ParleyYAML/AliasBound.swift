/// How much the aliases of a YAML text can make of it, found without resolving them.
///
/// An anchor (`&a`) names a value that an alias (`*a`) puts in again; anchors within anchors multiply. Whatever may be
/// one is counted, and where the parser sees fewer the bound is only too high: so texts about C may look like more than
/// they are, and nothing like less.
struct AliasBound {
    /// At most so many times as much as it says.
    private(set) var factor = 1
    private var anchors: [ArraySlice<UInt8>: Anchor] = [:]

    private struct Anchor {
        var definitions = 0
        var uses = 0
    }

    /// Beyond this nothing is counted any more.
    private static let limit = 1000

    init(_ bytes: [UInt8]) {
        var blocks = TextBlocks()
        var start = 0
        while start < bytes.count, factor <= Self.limit {
            let end = Self.endOfLine(bytes, start)
            let line = bytes[start..<end]
            if !blocks.hold(line) { add(line) }
            start = end + 1
        }
    }

    var isTooMuch: Bool { factor > Self.limit }

    /// Where a line ends, for which YAML knows several signs.
    private static func endOfLine(_ bytes: [UInt8], _ start: Int) -> Int {
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case 0x0A, 0x0D: return index
            case 0x85 where index > 0 && bytes[index - 1] == 0xC2: return index
            case 0xA8, 0xA9: if index > 1, bytes[index - 1] == 0x80, bytes[index - 2] == 0xE2 { return index }
            default: break
            }
            index += 1
        }
        return index
    }

    private mutating func add(_ line: ArraySlice<UInt8>) {
        for index in line.indices where line[index] == UInt8(ascii: "&") || line[index] == UInt8(ascii: "*") {
            guard index == line.startIndex || Self.mayPrecede.contains(line[index - 1]) else { continue }
            let name = line[(index + 1)...].prefix(while: Self.isOfName)
            guard !name.isEmpty else { continue }
            if line[index] == UInt8(ascii: "&") { anchors[name, default: Anchor()].definitions += 1 } else { use(name) }
        }
    }

    /// What the anchor names is there once more.
    ///
    /// Of anchors with one name it is not known which one is meant: then everything may be there twice.
    private mutating func use(_ name: ArraySlice<UInt8>) {
        guard let anchor = anchors[name] else { return }
        anchors[name]?.uses += 1
        let grown = anchor.definitions == 1 ? factor / (anchor.uses + 1) * (anchor.uses + 2) : factor * 2
        factor = min(grown, Self.limit + 1)
    }

    /// A name stands behind white space, an indicator, or a byte order mark.
    private static let mayPrecede = Set(" \t[]{},:?-!\"'".utf8 + [0xBF])

    private static func isOfName(_ byte: UInt8) -> Bool { byte.isWordLike || byte == UInt8(ascii: "-") }
}

extension UInt8 {
    /// An ASCII letter, a digit or `_`.
    var isWordLike: Bool {
        (self | 0x20) &- UInt8(ascii: "a") < 26 || self &- UInt8(ascii: "0") < 10 || self == UInt8(ascii: "_")
    }
}
