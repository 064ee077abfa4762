/// Recognises the lines of text blocks (`content: |`), in which no sign of YAML means anything.
///
/// Knows only the plain form in which programs write their files. At the first line that is written otherwise, where a
/// quote or a bracket could hide what the lines behind it are, it stops recognising any.
struct TextBlocks {
    /// The column that the lines of the block in hand must pass.
    private var parent: Int?
    /// Where they begin, once one was seen.
    private var indent: Int?
    private var isPlain = true

    /// Whether the line belongs to a text block.
    mutating func hold(_ line: ArraySlice<UInt8>) -> Bool {
        guard isPlain else { return false }
        let column = line.prefix { $0 == UInt8(ascii: " ") }.count
        if let parent {
            if column == line.count { return true }
            let first = indent ?? column
            if column > parent, column >= first {
                indent = first
                return true
            }
        }
        (parent, indent) = (nil, nil)
        read(Array(line), from: column)
        return false
    }

    /// A line of the form `- - name: value`.
    private mutating func read(_ line: [UInt8], from column: Int) {
        var start = column
        var collection = column
        while line[start...].starts(with: "- ".utf8) {
            collection = start
            start += 1
            while start < line.count, line[start] == UInt8(ascii: " ") { start += 1 }
        }
        let name = line[start...].prefix { $0.isWordLike || $0 == UInt8(ascii: "-") }
        if !name.isEmpty, line[name.endIndex...].elementsEqual(":".utf8) { return }
        if !name.isEmpty, line[name.endIndex...].starts(with: ": ".utf8) {
            collection = start
            start = name.endIndex + 2
        }
        let value = line[start...].drop { $0 == UInt8(ascii: " ") }
        if Self.isHeader(value) { parent = collection } else { isPlain = Self.isWhole(value) }
    }

    /// `|`, `>-` and such.
    private static func isHeader(_ value: ArraySlice<UInt8>) -> Bool {
        guard let first = value.first, first == UInt8(ascii: "|") || first == UInt8(ascii: ">") else { return false }
        return value.dropFirst().allSatisfy {
            $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") || $0 &- UInt8(ascii: "1") < 9
        }
    }

    /// Whether a value surely ends with its line.
    private static func isWhole(_ value: ArraySlice<UInt8>) -> Bool {
        guard let first = value.first else { return true }
        switch first {
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return isQuoted(value, first)
        case UInt8(ascii: "["): return value.elementsEqual("[]".utf8)
        case UInt8(ascii: "{"): return value.elementsEqual("{}".utf8)
        case UInt8(ascii: "-"): return !value.starts(with: "--".utf8) || value.elementsEqual("---".utf8)
        default: return !notPlain.contains(first) && !value.contains(": ".utf8)
        }
    }

    /// Whether the quote that ends it is the end of the line.
    private static func isQuoted(_ value: ArraySlice<UInt8>, _ quote: UInt8) -> Bool {
        let escape = quote == UInt8(ascii: "'") ? quote : UInt8(ascii: "\\")
        var index = value.startIndex + 1
        while index < value.endIndex {
            let next = index + 1 < value.endIndex ? value[index + 1] : nil
            if value[index] == escape, escape != quote || next == quote {
                index += 2
            } else if value[index] == quote {
                return next == nil
            } else {
                index += 1
            }
        }
        return false
    }

    private static let notPlain = Set("]}&*!|>%@`#?,:\t.".utf8)
}
