/// A `<details …>…</details>` element of a text.
struct DetailsElement {
    /// Where it lies, with both tags.
    let range: Range<Substring.Index>
    let attributes: [String: String]
    private let body: Substring

    /// The first one; `nil` when there is none that ends.
    ///
    /// Linear: what does not end is looked at once.
    init?(first text: Substring) {
        guard let start = text.firstRange(of: "<details"),
            let tag = Self.endOfTag(text[start.upperBound...]),
            let end = text[tag...].firstRange(of: "</details>")
        else { return nil }
        range = start.lowerBound..<end.upperBound
        attributes = Self.attributes(text[start.upperBound..<text.index(before: tag)])
        body = text[tag..<end.lowerBound]
    }

    /// The body without its summary, its quote marks and its escapes.
    var quoted: String {
        var body = body
        if let summary = body.firstRange(of: "</summary>") { body = body[summary.upperBound...] }
        let lines = body.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line in
            line.hasPrefix("> ") ? line.dropFirst(2) : line == ">" ? "" : line
        }
        return Self.unescaped(lines.joined(separator: "\n").trimmingSpace())
    }

    /// Behind the `>` that ends a tag; one within quotes does not.
    private static func endOfTag(_ text: Substring) -> Substring.Index? {
        var isQuoted = false
        for index in text.indices {
            if text[index] == "\"" { isQuoted.toggle() }
            if text[index] == ">", !isQuoted { return text.index(after: index) }
        }
        return nil
    }

    private static func attributes(_ text: Substring) -> [String: String] {
        var attributes: [String: String] = [:]
        var rest = text
        while let mark = rest.firstRange(of: "=\""), let end = rest[mark.upperBound...].firstIndex(of: "\"") {
            let name = String(rest[..<mark.lowerBound]).trimmingSpace()
            attributes[name] = unescaped(String(rest[mark.upperBound..<end]))
            rest = rest[rest.index(after: end)...]
        }
        return attributes
    }

    /// Resolves the escapes of HTML that its writer uses.
    private static func unescaped(_ text: String) -> String {
        guard text.contains("&") else { return text }
        let escapes = [("&quot;", "\""), ("&#x27;", "'"), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")]
        return escapes.reduce(text) { $0.replacing($1.0, with: $1.1) }
    }
}
