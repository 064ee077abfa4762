/// The fences of code blocks.
enum MarkdownFence {
    /// A code block whose fence is longer than any run of backticks inside.
    static func block(_ text: String) -> String {
        var longest = 2
        var run = 0
        for byte in text.utf8 {
            run = byte == UInt8(ascii: "`") ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: longest + 1)
        return "\(fence)\n\(text)\n\(fence)"
    }

    /// What ends a block that the text leaves open; empty when it leaves none.
    static func closing(_ text: String) -> String {
        var open: (mark: Character, count: Int)?
        for line in text.split(whereSeparator: \.isNewline) {
            let trimmed = line.drop { $0 == " " }
            guard line.count - trimmed.count < 4, let mark = trimmed.first, mark == "`" || mark == "~" else { continue }
            let count = trimmed.prefix { $0 == mark }.count
            let rest = trimmed.dropFirst(count)
            if let fence = open {
                if mark == fence.mark, count >= fence.count, rest.allSatisfy(\.isWhitespace) { open = nil }
            } else if count >= 3, mark == "~" || !rest.contains("`") {
                open = (mark, count)
            }
        }
        return open.map { "\n" + String(repeating: $0.mark, count: $0.count) } ?? ""
    }
}
