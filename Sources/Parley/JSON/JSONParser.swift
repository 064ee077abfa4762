/// Why a text is not the JSON we accept.
package enum JSONError: Error, Equatable {
    /// Not JSON; the offset is in bytes.
    case malformed(at: Int)
    /// Nested deeper than ``JSON/depthLimit``.
    case tooDeep
    /// A string that is not valid UTF-8.
    case notUTF8(at: Int)
}

extension JSON {
    /// How deep values may be nested.
    ///
    /// A parser that recurses without a limit is a way to crash the process.
    package static let depthLimit = 64

    /// Reads one value, and nothing after it but white space.
    ///
    /// Linear in the number of bytes.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        try self.init(parsing: bytes.span)
    }

    package init(parsing text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }

    /// Values that were stored stand inside of so many `levels` of ours, which do not count.
    package init(parsing bytes: Span<UInt8>, inside levels: Int = 0) throws(JSONError) {
        var index = 0
        self = try JSONGrammar.value(bytes, &index, depth: -levels)
        JSONGrammar.skipSpace(bytes, &index)
        guard index == bytes.count else { throw .malformed(at: index) }
    }
}

/// The rules of RFC 8259, each reading at `index` and moving it on.
enum JSONGrammar {
    static func value(_ bytes: Span<UInt8>, _ index: inout Int, depth: Int) throws(JSONError) -> JSON {
        skipSpace(bytes, &index)
        guard index < bytes.count else { throw .malformed(at: index) }
        switch bytes[index] {
        case UInt8(ascii: "{"): return .object(try object(bytes, &index, depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(bytes, &index, depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try string(bytes, &index))
        case UInt8(ascii: "t"): return try word("true", .bool(true), bytes, &index)
        case UInt8(ascii: "f"): return try word("false", .bool(false), bytes, &index)
        case UInt8(ascii: "n"): return try word("null", .null, bytes, &index)
        default:
            let start = index
            try skipNumber(bytes, &index)
            return .number(try text(bytes, start..<index))
        }
    }

    private static func object(_ bytes: Span<UInt8>, _ index: inout Int, depth: Int) throws(JSONError) -> JSON.Object {
        guard depth <= JSON.depthLimit else { throw .tooDeep }
        index += 1
        skipSpace(bytes, &index)
        if take(UInt8(ascii: "}"), bytes, &index) { return JSON.Object() }
        // As many as an item's parts have, so that most objects do not grow.
        var object = JSON.Object(capacity: 4)
        repeat {
            skipSpace(bytes, &index)
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { throw .malformed(at: index) }
            let name = try string(bytes, &index)
            skipSpace(bytes, &index)
            guard take(UInt8(ascii: ":"), bytes, &index) else { throw .malformed(at: index) }
            object.append(name, try value(bytes, &index, depth: depth))
            skipSpace(bytes, &index)
        } while take(UInt8(ascii: ","), bytes, &index)
        guard take(UInt8(ascii: "}"), bytes, &index) else { throw .malformed(at: index) }
        return object
    }

    private static func array(_ bytes: Span<UInt8>, _ index: inout Int, depth: Int) throws(JSONError) -> [JSON] {
        guard depth <= JSON.depthLimit else { throw .tooDeep }
        var array: [JSON] = []
        index += 1
        skipSpace(bytes, &index)
        if take(UInt8(ascii: "]"), bytes, &index) { return array }
        repeat {
            array.append(try value(bytes, &index, depth: depth))
            skipSpace(bytes, &index)
        } while take(UInt8(ascii: ","), bytes, &index)
        guard take(UInt8(ascii: "]"), bytes, &index) else { throw .malformed(at: index) }
        return array
    }

    private static func word(
        _ word: StaticString,
        _ value: JSON,
        _ bytes: Span<UInt8>,
        _ index: inout Int
    ) throws(JSONError) -> JSON {
        let count = word.utf8CodeUnitCount
        guard index + count <= bytes.count else { throw .malformed(at: index) }
        for offset in 0..<count where unsafe bytes[index + offset] != word.utf8Start[offset] {
            throw .malformed(at: index + offset)
        }
        index += count
        return value
    }

    static func skipSpace(_ bytes: Span<UInt8>, _ index: inout Int) {
        while index < bytes.count, bytes[index] <= 0x20,
            bytes[index] == 0x20 || bytes[index] == 0x0A || bytes[index] == 0x0D || bytes[index] == 0x09
        {
            index += 1
        }
    }

    static func take(_ byte: UInt8, _ bytes: Span<UInt8>, _ index: inout Int) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    /// The text of a range that must be valid UTF-8.
    static func text(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(JSONError) -> String {
        do {
            return try String(copying: UTF8Span(validating: bytes.extracting(range)))
        } catch {
            throw .notUTF8(at: range.lowerBound)
        }
    }

    static func skipNumber(_ bytes: Span<UInt8>, _ index: inout Int) throws(JSONError) {
        _ = take(UInt8(ascii: "-"), bytes, &index)
        if !take(UInt8(ascii: "0"), bytes, &index) { try skipDigits(bytes, &index) }
        if take(UInt8(ascii: "."), bytes, &index) { try skipDigits(bytes, &index) }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if !take(UInt8(ascii: "+"), bytes, &index) { _ = take(UInt8(ascii: "-"), bytes, &index) }
            try skipDigits(bytes, &index)
        }
    }

    private static func skipDigits(_ bytes: Span<UInt8>, _ index: inout Int) throws(JSONError) {
        let start = index
        while index < bytes.count, bytes[index] &- UInt8(ascii: "0") < 10 { index += 1 }
        guard index > start else { throw .malformed(at: index) }
    }
}
