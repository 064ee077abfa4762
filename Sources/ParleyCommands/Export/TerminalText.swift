/// Text that comes in pieces of bytes, made harmless for a terminal.
struct TerminalText {
    private var rest: [UInt8] = []
    private var filter = SafeText()

    /// What may be shown of the next piece; half a character waits for its other half.
    mutating func append(_ bytes: [UInt8]) -> String {
        rest += bytes
        let end = rest.lastIndex { $0 & 0xC0 != 0x80 } ?? 0
        let isWhole = rest.last.map { $0 < 0x80 } ?? true
        let count = isWhole ? rest.count : end
        defer { rest.removeFirst(count) }
        return filter.append(String(decoding: rest[..<count], as: UTF8.self))
    }

    mutating func finish() -> String {
        defer { rest = [] }
        return filter.append(String(decoding: rest, as: UTF8.self)) + filter.finish()
    }
}
