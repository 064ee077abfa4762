/// Reads `.env` files as the Python package python-dotenv does: quotes, `export`, comments, values over several lines.
///
/// One difference: `${NAME}` stands for an earlier value of the same file only, never for the environment's. A file that
/// came with somebody else's program could otherwise put a key of the environment into an address of its own.
package struct DotEnv {
    /// The names and values.
    ///
    /// The last one of a name counts. A name without `=` has no value.
    package private(set) var values: [String: String] = [:]

    private var rest: Substring.UnicodeScalarView

    /// Reads a file's text.
    ///
    /// Lines that make no sense are passed over.
    package init(_ text: String) {
        rest = Substring(text).unicodeScalars
        if rest.first == "\u{FEFF}" { rest.removeFirst() }
        while true {
            rest = rest.drop { $0.properties.isWhitespace }
            guard !rest.isEmpty else { return }
            if let (name, value) = binding(), let value { values[name] = value }
        }
    }

    /// One line, or several when a quoted value goes over them.
    private mutating func binding() -> (String, String?)? {
        defer { skipLine() }
        skip("export")
        guard let name = name() else { return nil }
        skipBlanks()
        guard rest.first == "=" else { return endsHere() ? (name, nil) : nil }
        rest.removeFirst()
        skipBlanks()
        let start = rest
        switch rest.first {
        case "'"?: if let value = quoted("'", escapes: "'\\"), endsHere() { return (name, expanded(value)) }
        case "\""?: if let value = quoted("\"", escapes: "\\'\"abfnrtv"), endsHere() { return (name, expanded(value)) }
        default: return (name, expanded(unquoted()))
        }
        rest = start
        return nil
    }

    private mutating func name() -> String? {
        if rest.first == "'" { return quoted("'", escapes: "") }
        let name = rest.prefix { $0 != "=" && $0 != "#" && !$0.properties.isWhitespace }
        rest = rest.dropFirst(name.count)
        return name.isEmpty ? nil : String(name)
    }

    /// Up to a line's end or a comment, which begins after white space.
    private mutating func unquoted() -> String {
        let line = rest.prefix { !Self.endsLine($0) }
        rest = rest.dropFirst(line.count)
        var value = String.UnicodeScalarView()
        for scalar in line {
            if scalar == "#", value.last?.properties.isWhitespace == true { break }
            value.append(scalar)
        }
        while value.last?.properties.isWhitespace == true { value.removeLast() }
        return String(value)
    }

    private mutating func quoted(_ quote: Unicode.Scalar, escapes: String) -> String? {
        var value = String.UnicodeScalarView()
        var index = rest.index(after: rest.startIndex)
        while index < rest.endIndex, rest[index] != quote {
            var scalar = rest[index]
            let next = rest.index(after: index)
            if scalar == "\\", next < rest.endIndex, escapes.unicodeScalars.contains(rest[next]) {
                scalar = Self.escape(rest[next])
                index = next
            }
            value.append(scalar)
            index = rest.index(after: index)
        }
        guard index < rest.endIndex else { return nil }
        rest = rest[rest.index(after: index)...]
        return String(value)
    }

    private static func escape(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "a": "\u{7}"
        case "b": "\u{8}"
        case "f": "\u{C}"
        case "n": "\n"
        case "r": "\r"
        case "t": "\t"
        case "v": "\u{B}"
        default: scalar
        }
    }
}

extension DotEnv {
    private static func endsLine(_ scalar: Unicode.Scalar) -> Bool { scalar == "\n" || scalar == "\r" }

    private mutating func skipBlanks() {
        rest = rest.drop { $0.properties.isWhitespace && !Self.endsLine($0) }
    }

    private mutating func skip(_ word: String) {
        guard rest.starts(with: word.unicodeScalars) else { return }
        let after = rest.dropFirst(word.unicodeScalars.count)
        guard let next = after.first, next == " " || next == "\t" else { return }
        rest = after
        skipBlanks()
    }

    private mutating func skipLine() {
        rest = rest.drop { !Self.endsLine($0) }
    }

    /// Whether nothing but a comment follows on the line.
    private mutating func endsHere() -> Bool {
        skipBlanks()
        guard let next = rest.first else { return true }
        return next == "#" || Self.endsLine(next)
    }

    /// The text with `${NAME}` and `${NAME:-default}` replaced.
    private func expanded(_ text: String) -> String {
        guard let start = text.firstRange(of: "${"), let end = text[start.upperBound...].firstIndex(of: "}") else {
            return text
        }
        let inner = text[start.upperBound..<end]
        let parts = inner.split(separator: ":-", maxSplits: 1, omittingEmptySubsequences: false)
        let value = values[String(parts[0])] ?? (parts.count > 1 ? String(parts[1]) : "")
        return text[..<start.lowerBound] + value + expanded(String(text[text.index(after: end)...]))
    }
}
