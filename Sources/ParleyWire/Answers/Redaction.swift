package import Parley

/// Makes text of an upstream fit to be shown: no keys, no control characters, not too long.
package struct Redaction: Sendable {
    private let key: Secret?

    /// - Parameter key: a key that must not appear whatever it looks like.
    package init(_ key: Secret? = nil) {
        self.key = key
    }

    /// The text with `***` in the place of what is or looks like a key, in at most `limit` bytes.
    package func callAsFunction(_ text: String, limit: Int = 512) -> String {
        var text = String(decoding: text.utf8.prefix(8 * limit), as: UTF8.self)
        if let key = key?.revealed, !key.isEmpty { text = text.replacing(key, with: "***") }
        var result: [UInt8] = []
        var precedesKey = false
        for run in Self.runs(Array(text.utf8)) {
            let word = run.first.map(Self.isWord) ?? false
            let hidden = word && (precedesKey || Self.looksLikeKey(run))
            result.append(contentsOf: hidden ? Array("***".utf8) : run.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 })
            if word { precedesKey = Self.announcesKey(run) }
        }
        return Self.cut(result, to: limit)
    }

    /// Words and what is between them.
    private static func runs(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var runs: [ArraySlice<UInt8>] = []
        var start = 0
        for index in bytes.indices where index > start {
            let ends = isWord(bytes[index]) != isWord(bytes[index - 1]) || bytes[index - 1] == UInt8(ascii: "=")
            guard ends else { continue }
            runs.append(bytes[start..<index])
            start = index
        }
        runs.append(bytes[start...])
        return runs
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: "*"), UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "/"):
            true
        default: false
        }
    }

    private static func looksLikeKey(_ word: ArraySlice<UInt8>) -> Bool {
        word.count >= 8 && (word.starts(with: "sk-".utf8) || word.starts(with: "prl_".utf8))
    }

    private static func announcesKey(_ word: ArraySlice<UInt8>) -> Bool {
        let end = String(decoding: word.suffix(8), as: UTF8.self).lowercased()
        return end == "bearer" || end.hasSuffix("key=")
    }

    /// The longest beginning within `limit` bytes that ends with a whole character.
    private static func cut(_ bytes: [UInt8], to limit: Int) -> String {
        guard bytes.count > limit else { return String(decoding: bytes, as: UTF8.self) }
        var end = limit - 3
        while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return String(decoding: bytes[..<end], as: UTF8.self) + "…"
    }
}
