/// Text with what cannot be seen made harmless.
enum ShownText {
    /// Without control characters other than line feeds and tabs, and with the number of each scalar that would turn the
    /// direction of text or hide in it: `⟨U+202E⟩`.
    static func visible(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { !isPlain($0) }) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.replacing("\r\n", with: "\n").unicodeScalars {
            if isPlain(scalar) {
                result.append(scalar)
            } else if scalar == "\r" {
                result.append("\n")
            } else if isDirection(scalar) {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                let padding = String(repeating: "0", count: max(0, 4 - digits.count))
                result.append(contentsOf: "⟨U+\(padding)\(digits)⟩".unicodeScalars)
            }
        }
        return String(result)
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: true
        case 0..<0x20, 0x7F...0x9F: false
        default: !isDirection(scalar)
        }
    }

    /// What turns the direction of the text behind it, or is a separator that only some programs see.
    private static func isDirection(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFFF9...0xFFFB, 0xE0000...0xE007F: true
        default: false
        }
    }
}
