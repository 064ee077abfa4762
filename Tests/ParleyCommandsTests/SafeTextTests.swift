import Parley
import Testing

@testable import ParleyCommands

@Suite struct SafeTextTests {
    @Test(arguments: [
        ("\u{1B}]52;c;x\u{7}", "␛]52;c;x␇"), ("a\u{8}b", "a␈b"), ("\u{9B}31m", "\\u{9B}31m"),
        ("a\u{202E}b\u{2066}c", "a\\u{202E}b\\u{2066}c"), ("a\r\nb", "a\nb"), ("a\rb", "a␍b"), ("a\r", "a␍"),
        ("a\tb\n", "a\tb\n"), ("\u{7F}\u{200B}", "␡\\u{200B}"), ("中文 👩‍👩‍👧 é", "中文 👩‍👩‍👧 é"),
    ])
    func showsWhatATerminalWouldObey(text: String, shown: String) {
        #expect(SafeText.safe(text) == shown)
    }

    @Test func anySplitShowsTheSame() {
        let text = "x\u{1B}[31m\r\ny\r\u{9B}\u{202E}\r\n中"
        let scalars = Array(text.unicodeScalars)
        for cut in 0...scalars.count {
            var filter = SafeText()
            let pieces = [scalars[..<cut], scalars[cut...]].map { piece in
                String(String.UnicodeScalarView(piece))
            }
            let shown = pieces.map { filter.append($0) }.joined() + filter.finish()
            #expect(shown == SafeText.safe(text))
        }
    }

    @Test func nothingDangerousIsLeft() {
        let all = (0..<0x3000).compactMap { Unicode.Scalar($0) }.map(String.init).joined()
        let shown = SafeText.safe(all).unicodeScalars
        #expect(!shown.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" })
        #expect(!shown.contains { SafeText.isDangerous($0) || $0.value == 0x7F })
    }

    @Test func jsonKeepsItsValueAndHasNoControls() throws {
        let text = TerminalJSON.text(["t": "a\u{1B}\u{9B}\u{202E}\u{7F}b"])
        #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !SafeText.isDangerous($0) && $0.value != 0x7F })
        #expect(try JSON(parsing: text)["t"]?.string == "a\u{1B}\u{9B}\u{202E}\u{7F}b")
    }
}
