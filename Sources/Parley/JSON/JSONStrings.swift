extension JSONGrammar {
    /// The string at `index`, with its escapes resolved; a lone surrogate becomes U+FFFD.
    static func string(_ bytes: Span<UInt8>, _ index: inout Int) throws(JSONError) -> String {
        let start = index + 1
        var escaped = false
        try skipString(bytes, &index, escaped: &escaped)
        guard escaped else { return try text(bytes, start..<(index - 1)) }
        return try unescaped(bytes, start..<(index - 1))
    }

    /// Moves `index` from the opening quote past the closing one.
    static func skipString(_ bytes: Span<UInt8>, _ index: inout Int, escaped: inout Bool) throws(JSONError) {
        index += 1
        let count = bytes.count
        while index < count {
            // In bounds by the condition of the loop.
            let byte = unsafe bytes[unchecked: index]
            if byte > UInt8(ascii: "\\") || byte >= 0x23 && byte < UInt8(ascii: "\\") {
                index += 1
                continue
            }
            if byte == UInt8(ascii: "\"") {
                index += 1
                return
            }
            if byte < 0x20 { throw .malformed(at: index) }
            if byte == UInt8(ascii: "\\") {
                escaped = true
                index += 1
            }
            index += 1
        }
        throw .malformed(at: bytes.count)
    }

    private static func unescaped(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(JSONError) -> String {
        // What an escape stands for is never longer than the escape.
        var result = [UInt8](repeating: 0, count: range.count)
        var count = 0
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            index += 1
            guard byte == UInt8(ascii: "\\") else {
                result[count] = byte
                count += 1
                continue
            }
            guard index < range.upperBound else { throw .malformed(at: index) }
            let escape = bytes[index]
            index += 1
            if escape == UInt8(ascii: "u") {
                put(try unicodeEscape(bytes, &index, end: range.upperBound), into: &result, &count)
            } else if let plain = simpleEscape(escape) {
                result[count] = plain
                count += 1
            } else {
                throw .malformed(at: index - 1)
            }
        }
        return try text(result.span, 0..<count)
    }

    /// Writes a scalar in UTF-8.
    private static func put(_ scalar: Unicode.Scalar, into bytes: inout [UInt8], _ count: inout Int) {
        let value = scalar.value
        func tail(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(truncatingIfNeeded: value >> shift & 0x3F) }
        switch value {
        case 0..<0x80:
            bytes[count] = UInt8(truncatingIfNeeded: value)
            count += 1
        case 0x80..<0x800:
            bytes[count] = 0xC0 | UInt8(truncatingIfNeeded: value >> 6)
            bytes[count + 1] = tail(0)
            count += 2
        case 0x800..<0x10000:
            bytes[count] = 0xE0 | UInt8(truncatingIfNeeded: value >> 12)
            bytes[count + 1] = tail(6)
            bytes[count + 2] = tail(0)
            count += 3
        default:
            bytes[count] = 0xF0 | UInt8(truncatingIfNeeded: value >> 18)
            bytes[count + 1] = tail(12)
            bytes[count + 2] = tail(6)
            bytes[count + 3] = tail(0)
            count += 4
        }
    }

    private static func simpleEscape(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        default: nil
        }
    }

    private static func unicodeEscape(
        _ bytes: Span<UInt8>,
        _ index: inout Int,
        end: Int
    ) throws(JSONError) -> Unicode.Scalar {
        let first = try hexadecimal(bytes, &index, end: end)
        if first & 0xFC00 == 0xD800, index + 1 < end, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u")
        {
            var next = index + 2
            let second = try hexadecimal(bytes, &next, end: end)
            if second & 0xFC00 == 0xDC00 {
                index = next
                return Unicode.Scalar(0x10000 + (first & 0x3FF) << 10 + second & 0x3FF) ?? "\u{FFFD}"
            }
        }
        return Unicode.Scalar(first) ?? "\u{FFFD}"
    }

    private static func hexadecimal(_ bytes: Span<UInt8>, _ index: inout Int, end: Int) throws(JSONError) -> UInt32 {
        guard index + 4 <= end else { throw .malformed(at: index) }
        var value: UInt32 = 0
        for offset in 0..<4 {
            let byte = bytes[index + offset]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw .malformed(at: index + offset)
            }
            value = value << 4 | UInt32(digit)
        }
        index += 4
        return value
    }
}
