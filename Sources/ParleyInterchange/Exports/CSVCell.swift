/// A cell of a table by RFC 4180, safe to open in a spreadsheet.
package enum CSVCell {
    private static let formulas = "=+-@\t\r".utf8
    private static let special = "\",\r\n".utf8

    /// Quoted where it must be; what a spreadsheet would take for a formula begins with an apostrophe.
    package static func of(_ text: String) -> String {
        let text = text.replacing("\u{0}", with: "\u{FFFD}")
        guard let first = text.utf8.first else { return "" }
        let plain = formulas.contains(first) ? "'" + text : text
        guard plain.utf8.contains(where: special.contains) else { return plain }
        return "\"\(plain.replacing("\"", with: "\"\""))\""
    }
}
