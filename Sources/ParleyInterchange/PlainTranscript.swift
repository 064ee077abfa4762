import Parley

/// A transcript in plain text, safe to print on a terminal: no control characters but line feeds and tabs, and nothing
/// that turns the direction of text.
enum PlainTranscript {
    static func head(_ conversation: Conversation) -> [UInt8] {
        let title = conversation.title.isEmpty ? conversation.id.text : conversation.title
        return Array("\(safe(title.split(whereSeparator: \.isNewline).joined(separator: " ")))\n".utf8)
    }

    static func paragraph(_ item: Item) -> [UInt8] {
        let text = item.content.kind == .other ? JSON.object(item.content.json).text : item.content.text
        return Array("\n\(SpeakerName.of(item)): \(safe(text))\n".utf8)
    }

    private static func safe(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter(isSafe)))
    }

    private static func isSafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: true
        case 0..<0x20, 0x7F...0x9F, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: false
        default: true
        }
    }
}
