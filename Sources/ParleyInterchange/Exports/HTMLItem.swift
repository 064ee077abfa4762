import Parley
import ParleyMarkdown

/// An item on the page.
struct HTMLItem {
    private let item: Item
    private let model: String?

    init(_ item: ExportedItem) {
        self.item = item.item
        model = item.model
    }

    var html: String {
        switch item.content.kind {
        case .message: item.content.isInstruction ? folded(SpeakerName.of(item), parts) : message
        case .reasoning: folded("Reasoning", parts)
        case .functionCall:
            folded("Call of \(HTMLPage.safe(item.content.json["name"]?.string ?? ""))", plain(arguments))
        case .functionCallOutput: folded("Result", result)
        case .compaction: folded("Summary of what was said before", parts)
        case .other:
            folded(
                HTMLPage.safe(item.content.json["type"]?.string ?? "Other"),
                plain(JSON.object(item.content.json).text)
            )
        }
    }

    private var message: String {
        let isUser = item.content.role == .user
        let facts = [isUser ? nil : model.map(HTMLPage.safe), HTMLPage.time(item.createdAt)].compactMap(\.self)
        let mark = item.status == .incomplete ? " <em>incomplete</em>" : ""
        return """
            <article class="\(isUser ? "user" : "assistant")">
            <h2><b>\(SpeakerName.of(item))</b> \(facts.joined(separator: " · "))\(mark)</h2>
            <div class="text" dir="auto">
            \(parts)</div>
            </article>

            """
    }

    private func folded(_ summary: String, _ html: String) -> String { HTMLPage.folded(summary, html) }

    private var arguments: String { item.content.json["arguments"]?.string ?? "" }

    private func plain(_ text: String) -> String { SafeMarkdown.plain(ShownText.visible(text)) }

    /// What a function gave is no Markdown.
    private var result: String {
        ShownPart.parts(of: item.content).map { part in
            if case .text(let text) = part { plain(text) } else { html(of: part) }
        }.joined()
    }

    private var parts: String { ShownPart.parts(of: item.content).map(html).joined() }

    private func html(of part: ShownPart) -> String {
        switch part {
        case .text(let text): SafeMarkdown.html(ShownText.visible(text))
        case .image(let url): image(url)
        case .attachment(let name): "<p class=\"file\">\(HTMLPage.safe(name))</p>\n"
        }
    }

    /// An image that is its own bytes is shown; any other is a link that says where it is.
    private func image(_ url: String) -> String {
        guard url.hasPrefix("data:") else {
            return SafeMarkdown.html("![](<\(url.filter { !"<>\n\\".contains($0) })>)")
        }
        guard HTMLImage.isHarmless(url) else { return "<p class=\"file\">image</p>\n" }
        return "<p><img alt=\"\" src=\"\(SafeMarkdown.escaped(url))\"></p>\n"
    }
}

/// Which images a page may hold.
enum HTMLImage {
    private static let kinds = ["png", "jpeg", "gif", "webp"].map { "data:image/\($0);base64," }

    /// A picture in one of the usual formats, and nothing that could hold more than a picture.
    static func isHarmless(_ url: String) -> Bool {
        guard let kind = kinds.first(where: { url.hasPrefix($0) }) else { return false }
        return url.utf8.dropFirst(kind.utf8.count).allSatisfy { $0.isDigit || $0.isLetter || "+/=".utf8.contains($0) }
    }
}
