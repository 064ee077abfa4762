import Parley

/// Usage as bars: by what it cost, or by tokens when nothing has a price.
struct UsageChart {
    private struct Bar {
        var name: String
        var value: Double
        var label: String
    }

    private let bars: [Bar]

    /// The parts of a full block, an eighth to seven eighths.
    private static let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    private static let widestName = 30

    init(_ lines: [JSON]) {
        let hasCosts = lines.contains { ($0["cost"]?.double ?? 0) > 0 }
        bars = lines.map { line in
            let tokens = (line["input_tokens"]?.int ?? 0) + (line["output_tokens"]?.int ?? 0)
            return Bar(
                name: Terminal.safe(UsageName.of(line)),
                value: hasCosts ? line["cost"]?.double ?? 0 : Double(tokens),
                label: hasCosts ? DollarText.of(dollars: line["cost"]) : CountText.of(tokens, "token")
            )
        }
    }

    func lines(on terminal: Terminal) -> [String] {
        lines(width: terminal.width) { terminal.styled($0, .cyan) }
    }

    /// Lines that are no wider than `width`.
    func lines(width: Int, styled: (String) -> String = { $0 }) -> [String] {
        guard let highest = bars.map(\.value).max() else { return ["Nothing was used in these days."] }
        let names = min(Self.widestName, bars.map { DisplayWidth.of($0.name) }.max() ?? 0)
        let labels = bars.map { DisplayWidth.of($0.label) }.max() ?? 0
        let room = max(1, width - names - labels - 2)
        return bars.map { bar in
            let name = DisplayWidth.padded(DisplayWidth.cut(bar.name, to: names), to: names)
            let text = Self.bar(highest > 0 ? bar.value / highest : 0, room)
            return "\(name) \(styled(text))\(text.isEmpty ? "" : " ")\(bar.label)"
        }
    }

    /// A bar of a share of so many columns; what is more than nothing is seen.
    private static func bar(_ share: Double, _ room: Int) -> String {
        let eighths = share > 0 ? max(1, Int((share * Double(room) * 8).rounded())) : 0
        return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
    }
}
