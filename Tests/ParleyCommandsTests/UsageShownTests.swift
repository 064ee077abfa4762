import Foundation
import Parley
import Testing

@testable import ParleyCommands

/// Usage as a chart and as CSV, and the arguments about time and money.
@Suite struct UsageShownTests {
    private static func line(_ name: String?, tokens: Int, cost: String = "0") -> JSON {
        [
            "id": JSON(name), "turns": 1, "input_tokens": JSON(tokens), "cached_tokens": 0, "output_tokens": 0,
            "cost": .number(cost), "unpriced_tokens": 0,
        ]
    }

    @Test(arguments: [30, 45, 80, 200])
    func noBarIsWiderThanTheWindow(_ width: Int) {
        let lines = [
            Self.line("天气预报", tokens: 80), Self.line("a", tokens: 1), Self.line(nil, tokens: 0),
            Self.line(String(repeating: "x", count: 15), tokens: 40),
        ]
        let chart = UsageChart(lines).lines(width: width)
        #expect(chart.count == 4)
        #expect(chart.allSatisfy { DisplayWidth.of($0) <= width }, "\(chart)")
        #expect(chart[0].contains("█") && !chart[2].contains("█"))
        // What is more than nothing is seen.
        #expect(chart[1].contains { "▏▎▍▌▋▊▉█".contains($0) })
        #expect(!chart.joined().contains("\u{1B}"))
    }

    @Test func barsShowCostsWhenThereAreAny() {
        let chart = UsageChart([Self.line("a", tokens: 1, cost: "2.5"), Self.line("b", tokens: 9)]).lines(width: 40)
        #expect(chart[0].hasSuffix("$2.5") && chart[0].contains("█"))
        #expect(UsageChart([]).lines(width: 40) == ["Nothing was used in these days."])
    }

    @Test func csvIsQuotedAndNoFormula() {
        let lines = UsageCSV.lines(
            [Self.line("a,\"b\"", tokens: 3, cost: "0.5"), Self.line("=1+1", tokens: 1)],
            by: .model
        )
        #expect(lines[0] == "model,turns,input_tokens,cached_tokens,output_tokens,cost,unpriced_tokens")
        #expect(lines[1] == "\"a,\"\"b\"\"\",1,3,0,0,0.5,0")
        #expect(lines[2].hasPrefix("'=1+1,"))
    }

    @Test func timesAndAmountsAreRead() {
        #expect(["90d", "24h", "30m", "45s"].map { TimeSpan(argument: $0)?.seconds } == [7_776_000, 86_400, 1800, 45])
        #expect(["", "d", "-1d", "1w", "9999999999999d"].allSatisfy { TimeSpan(argument: $0) == nil })
        #expect(DayArgument(argument: "2026-11-27")?.day.text == "2026-11-27")
        #expect(DayArgument(argument: "0d")?.day == Day(.now) && DayArgument(argument: "1h") == nil)
        #expect(LimitAmount(argument: "20")?.json == 20 && LimitAmount(argument: "0.5")?.json == .number("0.5"))
        #expect(LimitAmount(argument: "off")?.json == .null && LimitAmount(argument: "-1") == nil)
        #expect(LimitAmount(argument: "nan") == nil)
    }

    @Test func pricesAndLimitsAreSettings() throws {
        func settings(_ yaml: String) throws -> SpendingSettings {
            try SpendingSettings(SettingSources(layers: [SettingLayer(yaml: Array(yaml.utf8), name: "yaml")]))
        }
        let all = try settings(
            "prices: [gpt-4.1=2/8/0.5, '*=1/3']\nlimit:\n  requests_per_minute: 60\n  cost_per_month: 20.5\nadmin:\n  read_conversations: on"
        )
        #expect(all.prices["gpt-4.1"] == ModelPrice(input: 2, output: 8, cached: 0.5) && all.prices["*"]?.output == 3)
        #expect(all.allowance.limits == [.requestsPerMinute: 60, .costPerMonth: 20_500_000] && all.administratorsRead)
        #expect(throws: ParleyError.self) { _ = try settings("prices: [a=1]") }
        #expect(throws: ParleyError.self) { _ = try settings("limit:\n  cost_per_day: much") }
    }
}
