import Parley
import ParleyInterchange

/// Usage as lines of CSV (RFC 4180), safe to open in a spreadsheet.
enum UsageCSV {
    private static let numbers = [
        "turns", "input_tokens", "cached_tokens", "output_tokens", "cost", "unpriced_tokens",
    ]

    static func lines(_ lines: [JSON], by grouping: UsageQuery.Grouping) -> [String] {
        let heading = ([grouping.rawValue] + numbers).joined(separator: ",")
        return [heading]
            + lines.map { line in
                let name = CSVCell.of(Terminal.safe(line["id"]?.string ?? ""))
                return ([name] + numbers.map { line[$0]?.text ?? "0" }).joined(separator: ",")
            }
    }
}
