import Crypto
import Foundation
import Parley
import ParleyMarkdown

/// One page that holds everything it shows, and can do nothing: no script, no request, one style that it names by its
/// digest.
struct HTMLPage: ExportWriter {
    private var announced = 0
    private var begun = 0
    private var exportedAt = Timestamp(milliseconds: 0)
    private var isInContents = false

    mutating func begin(_ header: CanonicalHeader) -> [UInt8] {
        exportedAt = header.exportedAt
        return Self.bytes(
            """
            <!DOCTYPE html>
            <html lang="">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(Self.policy)">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <meta name="robots" content="noindex">
            <title>Parley</title>
            <style>\(HTMLStyle.text)</style>
            </head>
            <body>
            <main>

            """
        )
    }

    private static let policy =
        "default-src 'none'; style-src 'sha256-\(digest)'; img-src data:; base-uri 'none'; form-action 'none'"

    private static let digest = Data(SHA256.hash(data: Array(HTMLStyle.text.utf8))).base64EncodedString()

    mutating func announce(_ conversation: ExportedConversation) -> [UInt8] {
        announced += 1
        let day = conversation.conversation.updatedAt.day
        let opening = announced == 1 ? "<nav aria-label=\"Conversations\">\n<ol>\n" : ""
        isInContents = true
        return Self.bytes(
            """
            \(opening)<li><a href="#c\(announced)"><span dir="auto">\(Self.safe(conversation.heading))</span>\
            <time datetime="\(day)">\(day)</time></a></li>

            """
        )
    }

    mutating func begin(_ conversation: ExportedConversation) -> [UInt8] {
        begun += 1
        let contents = isInContents ? "</ol>\n</nav>\n" : ""
        isInContents = false
        let shown = conversation.conversation
        let facts =
            ["\(Self.time(shown.createdAt))", shown.settings.model.map(Self.safe)]
            + shown.tags.map { Self.safe("#\($0)") }
        let instructions = shown.settings.instructions.map {
            Self.folded("Instructions", SafeMarkdown.html(ShownText.visible($0)))
        }
        return Self.bytes(
            """
            \(contents)<section id="c\(begun)">
            <header>
            <h1 dir="auto">\(Self.safe(conversation.heading))</h1>
            <p>\(facts.compactMap(\.self).joined(separator: " · "))</p>
            </header>
            \(instructions ?? "")
            """
        )
    }

    mutating func add(_ item: ExportedItem) -> [UInt8] {
        item.isAlive ? Self.bytes(HTMLItem(item).html) : []
    }

    mutating func endConversation() -> [UInt8] { Self.bytes("</section>\n") }

    mutating func end() -> [UInt8] {
        Self.bytes(
            """
            \(isInContents ? "</ol>\n</nav>\n" : "")</main>
            <footer>Exported by Parley, \(Self.time(exportedAt))</footer>
            </body>
            </html>

            """
        )
    }
}

extension HTMLPage {
    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// Text for an element or a quoted attribute.
    static func safe(_ text: String) -> String { SafeMarkdown.escaped(ShownText.visible(text)) }

    static func time(_ time: Timestamp) -> String {
        "<time datetime=\"\(time.text)\">\(time.day) \(time.clock.prefix(5))</time>"
    }

    /// What is shown when asked for.
    static func folded(_ summary: String, _ html: String) -> String {
        "<details>\n<summary>\(summary)</summary>\n<div class=\"text\" dir=\"auto\">\n\(html)</div>\n</details>\n"
    }
}
