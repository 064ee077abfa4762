import Parley

extension UInt8 {
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
}

extension ParleyError {
    static var eventTooLarge: Self {
        Self(.upstreamEventTooLarge, "The upstream sent an event that is too large.")
    }
}

extension [UInt8] {
    init(copying span: Span<UInt8>) {
        self = unsafe span.withUnsafeBufferPointer { unsafe Array($0) }
    }

    mutating func append(_ span: Span<UInt8>) {
        guard !span.isEmpty else { return }
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}

extension Span<UInt8> {
    func hasPrefix(_ prefix: [UInt8]) -> Bool {
        guard count >= prefix.count else { return false }
        for index in prefix.indices where self[index] != prefix[index] { return false }
        return true
    }

    /// Where the value lies when the line is a field of this name: after the colon and one space, or nowhere.
    func value(of name: StaticString) -> Range<Int>? {
        let length = name.utf8CodeUnitCount
        guard count >= length else { return nil }
        for index in 0..<length where unsafe self[index] != name.utf8Start[index] { return nil }
        guard count > length else { return length..<length }
        guard self[length] == UInt8(ascii: ":") else { return nil }
        let start = count > length + 1 && self[length + 1] == UInt8(ascii: " ") ? length + 2 : length + 1
        return start..<count
    }
}
