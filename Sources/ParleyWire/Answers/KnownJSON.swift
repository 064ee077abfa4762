import Parley

/// Walks JSON whose form has been checked already, without building it.
///
/// Every reading stops at the end of the bytes, so that a mistake here shows as a missing value, never as a trap.
enum KnownJSON {
    /// Calls `body` with the name and the value of every member of the object at `range`.
    static func members(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        _ body: (_ name: Range<Int>, _ value: Range<Int>) -> Void
    ) {
        guard !range.isEmpty, bytes[range.lowerBound] == UInt8(ascii: "{") else { return }
        var index = range.lowerBound + 1
        while true {
            skipSpace(bytes, &index)
            guard index < range.upperBound, bytes[index] == UInt8(ascii: "\"") else { return }
            let start = index
            skipString(bytes, &index)
            let name = (start + 1)..<max(start + 1, index - 1)
            skipSpace(bytes, &index)
            index += 1
            let value = element(bytes, &index)
            guard !value.isEmpty, index <= range.upperBound else { return }
            body(name, value)
            skipSpace(bytes, &index)
            index += 1
        }
    }

    /// Calls `body` with every element of the array at `range`, and its position.
    static func elements(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        _ body: (_ position: Int, _ value: Range<Int>) -> Void
    ) {
        guard !range.isEmpty, bytes[range.lowerBound] == UInt8(ascii: "[") else { return }
        var index = range.lowerBound + 1
        var position = 0
        while index < range.upperBound {
            let value = element(bytes, &index)
            guard !value.isEmpty, index <= range.upperBound else { return }
            body(position, value)
            position += 1
            skipSpace(bytes, &index)
            index += 1
        }
    }

    /// The value at `index`, which is moved past it; empty when there is none.
    private static func element(_ bytes: Span<UInt8>, _ index: inout Int) -> Range<Int> {
        skipSpace(bytes, &index)
        let start = index
        guard index < bytes.count else { return start..<start }
        switch bytes[index] {
        case UInt8(ascii: "\""): skipString(bytes, &index)
        case UInt8(ascii: "{"), UInt8(ascii: "["): skipNested(bytes, &index)
        default: skipScalar(bytes, &index)
        }
        return start..<index
    }

    private static func skipNested(_ bytes: Span<UInt8>, _ index: inout Int) {
        var depth = 0
        repeat {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                skipString(bytes, &index)
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            index += 1
        } while depth > 0 && index < bytes.count
    }

    private static func skipString(_ bytes: Span<UInt8>, _ index: inout Int) {
        index += 1
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\"") { return }
            if byte == UInt8(ascii: "\\") { index += 1 }
        }
        index = min(index, bytes.count)
    }

    private static func skipScalar(_ bytes: Span<UInt8>, _ index: inout Int) {
        while index < bytes.count, bytes[index] > 0x20, bytes[index] != UInt8(ascii: ","),
            bytes[index] != UInt8(ascii: "}"), bytes[index] != UInt8(ascii: "]")
        {
            index += 1
        }
    }

    private static func skipSpace(_ bytes: Span<UInt8>, _ index: inout Int) {
        while index < bytes.count, bytes[index] <= 0x20 { index += 1 }
    }
}

extension KnownJSON {
    static func matches(_ bytes: Span<UInt8>, _ name: Range<Int>, _ expected: StaticString) -> Bool {
        guard name.count == expected.utf8CodeUnitCount else { return false }
        for offset in 0..<name.count where unsafe bytes[name.lowerBound + offset] != expected.utf8Start[offset] {
            return false
        }
        return true
    }

    static func isNull(_ bytes: Span<UInt8>, _ value: Range<Int>) -> Bool {
        bytes[value.lowerBound] == UInt8(ascii: "n")
    }

    /// The text of a string; `nil` for any other value.
    static func text(_ bytes: Span<UInt8>, _ value: Range<Int>) -> String? {
        guard value.count >= 2, bytes[value.lowerBound] == UInt8(ascii: "\"") else { return nil }
        let inner = bytes.extracting((value.lowerBound + 1)..<(value.upperBound - 1))
        for index in 0..<inner.count where inner[index] == UInt8(ascii: "\\") {
            return (try? JSON(parsing: bytes.extracting(value)))?.string
        }
        guard let utf8 = try? UTF8Span(validating: inner) else { return nil }
        return String(copying: utf8)
    }

    /// A whole number that fits; `nil` for anything else.
    static func integer(_ bytes: Span<UInt8>, _ value: Range<Int>) -> Int? {
        guard value.count <= 18 else { return (try? JSON(parsing: bytes.extracting(value)))?.int }
        var number = 0
        for index in value {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return (try? JSON(parsing: bytes.extracting(value)))?.int }
            number = number * 10 + Int(digit)
        }
        return number
    }
}
