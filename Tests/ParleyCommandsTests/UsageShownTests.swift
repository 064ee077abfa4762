import ArgumentParser
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
        #expect(chart[0].hasSuffix("$2.50") && chart[0].contains("█"))
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

    @Test func timesAndAmountsAreRead() throws {
        let spans = ["4w", "90d", "24h", "30m", "45s"]
        let seconds = try spans.map { try TimeArgument.duration($0).components.seconds }
        #expect(seconds == [2_419_200, 7_776_000, 86_400, 1800, 45])
        for text in ["", "d", "-1d", "1y", "0d", "9999999999999d"] {
            #expect(throws: ValidationError.self) { try TimeArgument.duration(text) }
        }
        #expect(try TimeArgument.durationOrNone("0s") == .zero)
        #expect(DayArgument(argument: "2026-11-27")?.day.text == "2026-11-27")
        let today = Day(.now)
        #expect(DayArgument(argument: "0d")?.day == today && DayArgument(argument: "1h") == nil)
        #expect(DayArgument(argument: "2w")?.day == today.adding(-14))
        #expect(LimitAmount(argument: "20")?.json == 20 && LimitAmount(argument: "0.5")?.json == .number("0.5"))
        #expect(LimitAmount(argument: "off")?.json == .null && LimitAmount(argument: "-1") == nil)
        #expect(LimitAmount(argument: "nan") == nil)
    }

    @Test func amountsHaveCentsAndOneIsNotMany() {
        let amounts = [0, 1, 1_200, 10_000, 15_000, 2_500_000, 999_995_000].map(DollarText.of)
        #expect(amounts == ["$0.00", "$0.000001", "$0.0012", "$0.01", "$0.02", "$2.50", "$1000.00"])
        #expect(DollarText.of(dollars: .number("20.5")) == "$20.50" && DollarText.of(dollars: nil) == "$0.00")
        #expect([0, 1, 2].map { CountText.of($0, "turn") } == ["0 turns", "1 turn", "2 turns"])
        #expect(CountText.of(JSON?.none, "item") == "0 items")
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
