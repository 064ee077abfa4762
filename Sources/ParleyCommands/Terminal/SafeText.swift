/// Makes text that somebody else wrote harmless for a terminal.
///
/// A terminal obeys what it is shown: control characters move, erase, retitle or copy to the clipboard, and bidirectional
/// controls show text in another order than it has. Line feeds and tabs pass, CRLF becomes a line feed, other C0
/// controls become their pictures (`␛`), all the rest its number (`\u{202E}`).
///
/// It may be given text piece by piece: each scalar stands for itself, so nothing can be put together out of pieces.
package struct SafeText: Sendable {
    /// A carriage return was the last scalar.
    private var endsWithReturn = false

    package init() {}

    /// A whole text.
    package static func safe(_ text: String) -> String {
        var filter = Self()
        return filter.append(text) + filter.finish()
    }

    /// What may be shown of the next piece.
    ///
    /// Linear in its length.
    package mutating func append(_ piece: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in piece.unicodeScalars {
            if endsWithReturn, scalar != "\n" { shown.append("\u{240D}") }
            endsWithReturn = scalar == "\r"
            if !endsWithReturn { Self.show(scalar, in: &shown) }
        }
        return String(shown)
    }

    /// What the end of the text completes.
    package mutating func finish() -> String {
        defer { endsWithReturn = false }
        return endsWithReturn ? "\u{240D}" : ""
    }

    private static func show(_ scalar: Unicode.Scalar, in shown: inout String.UnicodeScalarView) {
        switch scalar.value {
        case 0x0A, 0x09: shown.append(scalar)
        case 0x7F: shown.append("\u{2421}")
        default:
            if scalar.value < 0x20, let picture = Unicode.Scalar(0x2400 + scalar.value) { return shown.append(picture) }
            guard isDangerous(scalar) else { return shown.append(scalar) }
            shown.append(contentsOf: "\\u{\(String(scalar.value, radix: 16, uppercase: true))}".unicodeScalars)
        }
    }

    /// C1 controls, bidirectional controls, invisible spaces, and the separators that some terminals break lines at.
    static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x80...0x9F, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
            0xFFF9...0xFFFB:
            true
        default: false
        }
    }
}
