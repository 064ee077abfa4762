/// E-mail addresses.
enum EmailPattern {
    /// What is written like the end of a domain and is a file's.
    private static let files: Set = [
        "png", "jpg", "jpeg", "gif", "svg", "webp", "js", "ts", "css", "html", "json", "py",
    ]

    /// The address around an `@`.
    static func match(_ bytes: [UInt8], at index: Int) -> PersonalFind? {
        var start = index
        while let byte = bytes.at(start - 1), isLocal(byte), index - start < 64 { start -= 1 }
        while start < index, bytes[start] == UInt8(ascii: ".") { start += 1 }
        guard start < index, bytes[index - 1] != UInt8(ascii: ".") else { return nil }
        // `git@host` is how a repository is reached, not a person.
        guard bytes[start..<index] != Array("git".utf8)[...] else { return nil }
        guard let end = domain(bytes, from: index + 1) else { return nil }
        return PersonalFind(kind: .email, range: start..<end)
    }

    private static func isLocal(_ byte: UInt8) -> Bool {
        byte.isWord || ".%+-".utf8.contains(byte)
    }

    /// The end of a domain of two labels or more, the last of letters alone.
    private static func domain(_ bytes: [UInt8], from start: Int) -> Int? {
        var end = start
        while let byte = bytes.at(end),
            byte.isDigit || byte.isLetter || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "."),
            end - start < 255
        { end += 1 }
        while end > start, !bytes[end - 1].isDigit, !bytes[end - 1].isLetter { end -= 1 }
        let labels = bytes[start..<end].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.count > 1, labels.allSatisfy({ !$0.isEmpty }), let last = labels.last, last.count >= 2,
            last.allSatisfy(\.isLetter), !files.contains(String(decoding: last, as: UTF8.self).lowercased())
        else { return nil }
        return end
    }
}
