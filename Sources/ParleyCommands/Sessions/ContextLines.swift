import Parley

/// A context report for people: a summary, and a row for each item.
struct ContextLines {
    private let report: JSON

    init(_ report: JSON) {
        self.report = report
    }

    func lines(on terminal: Terminal) -> [String] {
        [summary, rest, ""] + table.lines(on: terminal)
    }

    private var summary: String {
        let counting = report["counting"]?.string == "exact" ? "" : "about "
        let budget = report["budget"]
        return Terminal.safe(
            "\(report["model"]?.string ?? "?"), policy \(report["policy"]?.string ?? "?"): \(counting)\(number("tokens"))"
                + " of \(budget?["tokens"]?.int ?? 0) tokens (limit of the \(budget?["source"]?.string ?? "model"))"
        )
    }

    private var rest: String {
        var parts = ["\(number("kept")) kept", "\(number("dropped")) dropped", "\(number("remaining")) tokens left"]
        if number("instruction_tokens") > 0 { parts.append("\(number("instruction_tokens")) for instructions") }
        if number("tool_tokens") > 0 { parts.append("\(number("tool_tokens")) for tools") }
        if number("cached_prefix") > 0 { parts.append("\(number("cached_prefix")) expected in the cache") }
        return parts.joined(separator: ", ")
    }

    private var table: Table {
        Table(
            [
                Table.Column(heading: "FATE"), Table.Column(heading: "TOKENS", isNumber: true),
                Table.Column(heading: "RULE"), Table.Column(heading: "WHO"),
                Table.Column(heading: "TEXT", isFlexible: true),
            ],
            rows: (report["items"]?.array ?? []).map { item in
                [
                    item["fate"]?.string ?? "", (item["tokens"]?.int ?? 0).description,
                    (item["rule"]?.string ?? "").replacing("_", with: " "),
                    item["role"]?.string ?? item["type"]?.string ?? "",
                    DisplayWidth.cut(ItemText.of(item), to: 80),
                ]
            },
            whenEmpty: "The conversation has no items."
        )
    }

    private func number(_ name: String) -> Int { report[name]?.int ?? 0 }
}
