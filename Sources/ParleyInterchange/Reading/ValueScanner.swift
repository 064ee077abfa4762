/// Finds the end of a JSON value by its brackets and quotes, across pieces.
///
/// What lies between them is not looked at: a value that is no JSON is found out when it is parsed.
struct ValueScanner {
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var isScalar = false
    private var hasBegun = false

    /// The offset behind the value that begins, or goes on, at `start`; `nil` when it needs more bytes.
    mutating func end(in bytes: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            if isInString {
                index = skipString(bytes, index)
                if !isInString, depth == 0 { return index }
                continue
            }
            // In bounds by the condition of the loop.
            let byte = unsafe bytes[unchecked: index]
            if isScalar {
                if Self.endsScalar(byte) { return index }
                index += 1
                continue
            }
            index += 1
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth <= 0 { return index }
            default: if !hasBegun { isScalar = true }
            }
            hasBegun = true
        }
        return nil
    }

    /// The value is over where the bytes are.
    var isWholeAtEnd: Bool { isScalar }

    private mutating func skipString(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        var index = start
        if isEscaped {
            isEscaped = false
            index += 1
        }
        while index < bytes.count {
            // In bounds by the condition of the loop.
            let byte = unsafe bytes[unchecked: index]
            index += 1
            if byte == UInt8(ascii: "\"") {
                isInString = false
                return index
            }
            guard byte == UInt8(ascii: "\\") else { continue }
            if index == bytes.count {
                isEscaped = true
                return index
            }
            index += 1
        }
        return index
    }

    private static func endsScalar(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}")
    }
}
