import Parley

extension Table {
    static func usage(_ lines: [JSON], total: JSON, by grouping: UsageQuery.Grouping) -> Table {
        Table(
            [
                Column(heading: grouping.rawValue.uppercased(), isFlexible: true),
                Column(heading: "TURNS", isNumber: true), Column(heading: "INPUT", isNumber: true),
                Column(heading: "CACHED", isNumber: true), Column(heading: "OUTPUT", isNumber: true),
                Column(heading: "COST", isNumber: true), Column(heading: "UNPRICED", isNumber: true),
            ],
            rows: lines.isEmpty
                ? [] : lines.map { row($0, UsageName.of($0)) } + (lines.count > 1 ? [row(total, "total")] : []),
            whenEmpty: "Nothing was used in these days."
        )
    }

    private static func row(_ line: JSON, _ name: String) -> [String] {
        let numbers = ["turns", "input_tokens", "cached_tokens", "output_tokens"].map { line[$0]?.text ?? "0" }
        return [name] + numbers + [DollarText.of(dollars: line["cost"]), line["unpriced_tokens"]?.text ?? "0"]
    }
}

/// What a line of usage is called.
enum UsageName {
    static func of(_ line: JSON) -> String { line["id"]?.string ?? "(none)" }
}
