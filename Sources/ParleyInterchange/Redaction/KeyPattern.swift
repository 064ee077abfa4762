/// Secrets that programs show: API keys by their beginnings, bearer tokens, private keys.
enum KeyPattern {
    /// A beginning, and how many characters of a key must follow.
    private static let beginnings: [(text: [UInt8], least: Int)] = [
        ("sk-", 16), ("rk-", 16), ("sk_live_", 16), ("sk_test_", 16), ("rk_live_", 16), ("pk_live_", 16), ("prl_", 16),
        ("ghp_", 20), ("gho_", 20), ("ghu_", 20), ("ghs_", 20), ("ghr_", 20), ("github_pat_", 20), ("glpat-", 16),
        ("AKIA", 16), ("ASIA", 16), ("AIza", 30), ("xoxb-", 10), ("xoxp-", 10), ("xoxa-", 10), ("xoxs-", 10),
        ("hf_", 20),
        ("npm_", 30), ("pypi-", 40),
    ].map { (Array($0.0.utf8), $0.1) }

    private static let byFirst = Dictionary(grouping: beginnings) { $0.text.first ?? 0 }
    private static let bearer = Array("bearer ".utf8)
    private static let block = (
        begin: Array("-----BEGIN ".utf8), mark: Array("PRIVATE KEY".utf8), end: Array("-----END ".utf8)
    )

    /// Of the first line of a private key.
    private static let longestLine = 128

    static func match(_ bytes: [UInt8], at index: Int) -> PersonalFind? {
        if bytes[index] == UInt8(ascii: "-") { return privateKey(bytes, at: index) }
        if let before = bytes.at(index - 1), before.isWord || before == UInt8(ascii: "-") { return nil }
        if let find = token(bytes, at: index) { return find }
        for beginning in byFirst[bytes[index]] ?? [] where bytes[index...].starts(with: beginning.text) {
            let start = index + beginning.text.count
            let end = end(bytes, from: start)
            let body = bytes[start..<end]
            // A word with dashes, as `sk-learn-contrib-project`, has no digits.
            guard body.count >= beginning.least, body.contains(where: \.isDigit) else { continue }
            return PersonalFind(kind: .key, range: index..<end)
        }
        return nil
    }

    private static func end(_ bytes: [UInt8], from start: Int) -> Int {
        bytes[start...].firstIndex { !$0.isWord && $0 != UInt8(ascii: "-") } ?? bytes.count
    }

    /// `Bearer` stays, what follows goes.
    private static func token(_ bytes: [UInt8], at index: Int) -> PersonalFind? {
        guard bytes[index] | 0x20 == UInt8(ascii: "b"), index + bearer.count < bytes.count,
            bytes[index..<(index + bearer.count)].map({ $0 | 0x20 }) == bearer
        else { return nil }
        let start = index + bearer.count
        let end = bytes[start...].firstIndex { !isToken($0) } ?? bytes.count
        guard end - start >= 16, bytes[start..<end].contains(where: \.isDigit) else { return nil }
        return PersonalFind(kind: .key, range: start..<end)
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        byte.isWord || "-.~+/=".utf8.contains(byte)
    }

    private static func privateKey(_ bytes: [UInt8], at index: Int) -> PersonalFind? {
        guard bytes[index...].starts(with: block.begin), bytes.at(index - 1) != UInt8(ascii: "-") else { return nil }
        let line = bytes[index...].prefix(longestLine).prefix { $0 != 0x0A && $0 != UInt8(ascii: "\\") }
        guard contains(line, block.mark) else { return nil }
        var position = line.endIndex
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "-"), bytes[position...].starts(with: block.end) {
                let rest = bytes[(position + block.end.count)...].prefix { $0 != 0x0A && $0 != UInt8(ascii: "\\") }
                return PersonalFind(kind: .key, range: index..<rest.endIndex)
            }
            position += 1
        }
        // It was cut off, and is one all the same.
        return PersonalFind(kind: .key, range: index..<bytes.count)
    }

    private static func contains(_ line: ArraySlice<UInt8>, _ words: [UInt8]) -> Bool {
        line.indices.contains { line[$0...].starts(with: words) }
    }
}
