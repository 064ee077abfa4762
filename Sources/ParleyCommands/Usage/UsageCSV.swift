import Parley

/// Usage as lines of CSV (RFC 4180), safe to open in a spreadsheet.
enum UsageCSV {
    private static let numbers = [
        "turns", "input_tokens", "cached_tokens", "output_tokens", "cost", "unpriced_tokens",
    ]

    static func lines(_ lines: [JSON], by grouping: UsageQuery.Grouping) -> [String] {
        let heading = ([grouping.rawValue] + numbers).joined(separator: ",")
        return [heading]
            + lines.map { line in
                ([cell(line["id"]?.string ?? "")] + numbers.map { line[$0]?.text ?? "0" }).joined(separator: ",")
            }
    }

    /// Quoted where it must be; what a spreadsheet would take for a formula gets a `'` in front.
    static func cell(_ text: String) -> String {
        let safe = Terminal.safe(text)
        let plain = safe.first.map { "=+-@\t\r".contains($0) } == true ? "'" + safe : safe
        guard plain.contains(where: { "\",\n\r".contains($0) }) else { return plain }
        return "\"\(plain.replacing("\"", with: "\"\""))\""
    }
}
