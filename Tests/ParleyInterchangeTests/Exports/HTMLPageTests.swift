import Foundation
import Parley
import ParleyInterchange
import Testing

/// The page can do nothing, whatever was said.
struct HTMLPageTests {
    private static let attacks = [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
        "</style><script>x</script>",
        "</title></head><body onload=alert(1)>", "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)", "![x](http://127.0.0.1:9/?d=secret)",
        "![x](javascript:alert(1))",
        "![x](data:image/svg+xml,<svg onload=alert(1)>)", "<iframe src=http://127.0.0.1:9>", "<!--><script>x</script>",
        "<a href=\"javascript:alert(1)\">x</a>", "[x]: http://127.0.0.1:9/?q\n\n![x]", "<http://127.0.0.1:9/\"onx=1>",
        "`<script>`", "```html\n<script>alert(1)</script>\n```", "```\"><script>alert(1)</script>\nx\n```",
        "| <b>a</b> | ![i](http://127.0.0.1:9/) |\n|---|---|\n| <i>x</i> | [l](vbscript:x) |",
        "\u{202E}<script>", "\u{0}<script>", "&lt;script&gt;", "<base href=//evil>",
        "<meta http-equiv=refresh content=0>",
        "[![x](http://127.0.0.1:9/i)](https://example.com)", "[a](https://example.com \"\\\" onclick=alert(1)\")",
    ]

    /// The elements of a page.
    private func elements(_ html: String) -> [Substring] {
        html.split(separator: "<", omittingEmptySubsequences: false).dropFirst().map { $0.prefix { $0 != ">" } }
    }

    private static let known: Set = [
        "!DOCTYPE", "html", "head", "meta", "title", "style", "body", "main", "nav", "ol", "li", "a", "span", "time",
        "section", "header", "h1", "h2", "p", "article", "b", "div", "pre", "code", "footer", "em", "br", "table",
        "thead", "tbody", "tr", "th", "td", "details", "summary", "img",
    ]

    @Test func onlyOurOwnElementsAreThere() throws {
        var exported = Exported(title: Self.attacks.joined(), instructions: Self.attacks[0])
        for attack in Self.attacks { exported.say(attack, attack) }
        for attack in Self.attacks {
            exported.add(
                try content(#"{"type":"function_call","call_id":"c"}"#).with("name", attack).with("arguments", attack)
            )
            exported.add(try content(#"{"type":"function_call_output","call_id":"c"}"#).with("output", attack))
        }
        let html = exported.text(.html)
        for element in elements(html) {
            let name = element.drop { $0 == "/" }.prefix { !$0.isWhitespace }
            #expect(Self.known.contains(String(name)), "<\(element)>")
            for attribute in [" on", "javascript:", "vbscript:", "src="] where !(name == "img" && attribute == "src=") {
                // What stands between quotes is text.
                let bare = element.lowercased().replacing(/"[^"]*"/, with: "\"\"")
                #expect(!bare.contains(attribute), "<\(element)>")
                #expect(attribute == " on" || !element.lowercased().contains("=\"" + attribute), "<\(element)>")
            }
            if name == "a", element.contains("href=\"http") {
                #expect(element.contains("rel=\"noopener noreferrer nofollow\""), "<\(element)>")
            }
        }
        #expect(!elements(html).contains { $0.hasPrefix("img") })
        #expect(html.contains("image: 127.0.0.1:9/") && html.contains("⟨U+202E⟩"))
    }

    @Test func theStyleIsTheOneThatThePolicyNames() throws {
        let html = Exported().text(.html)
        let style = try #require(html.firstMatch(of: /(?s)<style>(.*?)<\/style>/)).1
        #expect(html.contains("default-src 'none'; style-src 'sha256-"))
        #expect(!style.contains("url(") && !style.contains("@import"))
        #expect(elements(html).filter { $0.hasPrefix("style") }.count == 1 && !html.contains(" style="))
    }

    @Test func markdownIsReadable() {
        var exported = Exported(title: "你好 & goodbye")
        exported.say("one\ntwo", "# H\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- [x] done\n\n~~gone~~ https://example.com")
        let html = exported.text(.html)
        #expect(html.contains("你好 &amp; goodbye") && html.contains("one<br />\ntwo"))
        #expect(html.contains("<table>") && html.contains("<del>gone</del>") && html.contains("<td>1</td>"))
        #expect(html.contains(#"href="https://example.com""#))
    }

    @Test func aPictureThatIsItsOwnBytesIsShown() throws {
        var exported = Exported()
        exported.add(
            try content(
                #"{"role":"user","content":[{"type":"input_image","image_url":"data:image/png;base64,iVBORw0KGgo="},{"type":"input_image","image_url":"data:image/svg+xml;base64,PHN2Zz4="},{"type":"input_image","image_url":"https://example.com/a.png?q=secret"}]}"#
            )
        )
        let html = exported.text(.html)
        #expect(html.contains(#"<img alt="" src="data:image/png;base64,iVBORw0KGgo=">"#))
        #expect(!html.contains("svg+xml") && html.contains("image: example.com/a.png<"))
    }
}

extension ItemContent {
    fileprivate func with(_ name: String, _ text: String) -> Self {
        var content = self
        content.json[name] = .string(text)
        return content
    }
}
