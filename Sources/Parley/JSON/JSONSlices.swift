/// An object whose members are known by where they lie, without building their values.
///
/// One pass over the bytes; for relaying what an upstream says with most of it untouched.
package struct JSONSlices: Sendable {
    /// The bytes that were given.
    package let bytes: [UInt8]
    private var members: [(name: Range<Int>, value: Range<Int>)] = []

    /// - Throws: ``JSONError`` unless the bytes are one JSON object.
    package init(_ bytes: [UInt8]) throws(JSONError) {
        self.bytes = bytes
        let span = bytes.span
        var index = 0
        JSONGrammar.skipSpace(span, &index)
        guard JSONGrammar.take(UInt8(ascii: "{"), span, &index) else { throw .malformed(at: index) }
        JSONGrammar.skipSpace(span, &index)
        if !JSONGrammar.take(UInt8(ascii: "}"), span, &index) {
            try readMembers(span, &index)
        }
        JSONGrammar.skipSpace(span, &index)
        guard index == span.count else { throw .malformed(at: index) }
    }

    private mutating func readMembers(_ span: Span<UInt8>, _ index: inout Int) throws(JSONError) {
        repeat {
            JSONGrammar.skipSpace(span, &index)
            guard index < span.count, span[index] == UInt8(ascii: "\"") else { throw .malformed(at: index) }
            let start = index
            var escaped = false
            try JSONGrammar.skipString(span, &index, escaped: &escaped)
            let name = (start + 1)..<(index - 1)
            JSONGrammar.skipSpace(span, &index)
            guard JSONGrammar.take(UInt8(ascii: ":"), span, &index) else { throw .malformed(at: index) }
            JSONGrammar.skipSpace(span, &index)
            let first = index
            try JSONGrammar.skipValue(span, &index, depth: 1)
            members.append((name, first..<index))
            JSONGrammar.skipSpace(span, &index)
        } while JSONGrammar.take(UInt8(ascii: ","), span, &index)
        guard JSONGrammar.take(UInt8(ascii: "}"), span, &index) else { throw .malformed(at: index) }
    }

    /// Where the value of a member lies; `nil` when there is none or it is `null`.
    package func range(of name: StaticString) -> Range<Int>? {
        guard let value = members.last(where: { matches($0.name, name) })?.value else { return nil }
        return value.count == 4 && bytes[value.lowerBound] == UInt8(ascii: "n") ? nil : value
    }

    /// The value of a member, parsed; `nil` when there is none or it is `null`.
    package func value(of name: StaticString) throws(JSONError) -> JSON? {
        guard let range = range(of: name) else { return nil }
        return try JSON(parsing: bytes.span.extracting(range))
    }

    /// Every member's name as it was written (escapes not resolved) and the range of its value, in order.
    package var all: [(name: ArraySlice<UInt8>, value: Range<Int>)] {
        members.map { (bytes[$0.name], $0.value) }
    }

    private func matches(_ range: Range<Int>, _ name: StaticString) -> Bool {
        guard range.count == name.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count where unsafe bytes[range.lowerBound + offset] != name.utf8Start[offset] {
            return false
        }
        return true
    }
}

extension JSONGrammar {
    /// Moves `index` past one value, checking its form and depth, without building it.
    static func skipValue(_ bytes: Span<UInt8>, _ index: inout Int, depth: Int) throws(JSONError) {
        guard depth <= JSON.depthLimit else { throw .tooDeep }
        skipSpace(bytes, &index)
        guard index < bytes.count else { throw .malformed(at: index) }
        switch bytes[index] {
        case UInt8(ascii: "\""):
            var escaped = false
            try skipString(bytes, &index, escaped: &escaped)
        case UInt8(ascii: "{"): try skipMembers(bytes, &index, close: UInt8(ascii: "}"), depth: depth + 1)
        case UInt8(ascii: "["): try skipMembers(bytes, &index, close: UInt8(ascii: "]"), depth: depth + 1)
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): _ = try value(bytes, &index, depth: depth)
        default: try skipNumber(bytes, &index)
        }
    }

    private static func skipMembers(
        _ bytes: Span<UInt8>,
        _ index: inout Int,
        close: UInt8,
        depth: Int
    ) throws(JSONError) {
        index += 1
        skipSpace(bytes, &index)
        if take(close, bytes, &index) { return }
        repeat {
            if close == UInt8(ascii: "}") {
                skipSpace(bytes, &index)
                guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { throw .malformed(at: index) }
                var escaped = false
                try skipString(bytes, &index, escaped: &escaped)
                skipSpace(bytes, &index)
                guard take(UInt8(ascii: ":"), bytes, &index) else { throw .malformed(at: index) }
            }
            try skipValue(bytes, &index, depth: depth)
            skipSpace(bytes, &index)
        } while take(UInt8(ascii: ","), bytes, &index)
        guard take(close, bytes, &index) else { throw .malformed(at: index) }
    }
}
