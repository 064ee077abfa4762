import CCMarkGFM

/// Turns Markdown that anybody may have written into HTML that does nothing.
///
/// No HTML of the text's own: it is shown as it was written. Links go to `http`, `https` and `mailto` alone and give
/// nothing away; an image becomes a link that says where it is, so that nothing is fetched unasked. Line breaks are kept.
package enum SafeMarkdown {
    /// Longer texts are not read as Markdown, in bytes: what nests deep enough costs the reader quadratic time.
    package static let limit = 64 << 10

    package static func html(_ text: String) -> String {
        guard text.utf8.count <= limit, let html = render(text) else { return plain(text) }
        // Every `<` of the text itself is escaped, so this is where a link begins and nothing else.
        return html.replacing("<a href=\"", with: "<a rel=\"noopener noreferrer nofollow\" href=\"")
    }

    /// The text as it stands.
    package static func plain(_ text: String) -> String { "<pre>\(escaped(text))</pre>\n" }

    /// The text for an element or a quoted attribute.
    package static func escaped(_ text: String) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count + 16)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): result += Array("&amp;".utf8)
            case UInt8(ascii: "<"): result += Array("&lt;".utf8)
            case UInt8(ascii: ">"): result += Array("&gt;".utf8)
            case UInt8(ascii: "\""): result += Array("&quot;".utf8)
            case UInt8(ascii: "'"): result += Array("&#39;".utf8)
            // No HTML can hold it.
            case 0: result += Array("\u{FFFD}".utf8)
            default: result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static let extensions = ["table", "strikethrough", "autolink", "tasklist"]
    private static let options = CMARK_OPT_HARDBREAKS | CMARK_OPT_VALIDATE_UTF8

    private static func render(_ text: String) -> String? {
        cmark_gfm_core_extensions_ensure_registered()
        guard let parser = unsafe cmark_parser_new(options) else { return nil }
        defer { unsafe cmark_parser_free(parser) }
        for name in extensions {
            if let found = unsafe cmark_find_syntax_extension(name) {
                _ = unsafe cmark_parser_attach_syntax_extension(parser, found)
            }
        }
        var text = text
        text.withUTF8 { unsafe cmark_parser_feed(parser, $0.baseAddress, $0.count) }
        guard let document = unsafe cmark_parser_finish(parser) else { return nil }
        defer { unsafe cmark_node_free(document) }
        unsafe MarkdownTree(document: document).disarm()
        guard let html = unsafe cmark_render_html(document, options, cmark_parser_get_syntax_extensions(parser)) else {
            return nil
        }
        defer { unsafe free(html) }
        return unsafe String(cString: html)
    }
}
