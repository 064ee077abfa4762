import ArgumentParser
import Parley
import ParleyClient

/// The command `parley usage`.
struct UsageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage",
        abstract: "Turns, tokens and cost.",
        discussion: """
            Your own, or with --all-users that of all users. Days are in UTC; without --since, the last 30. Costs are worked \
            out with the prices of the table of models, or those of the setting 'prices'; tokens of models without a price \
            are in no cost.
            """
    )

    @Option(help: "day, model, key, conversation, or user.")
    var by = UsageQuery.Grouping.day

    @Option(help: ArgumentHelp("From this day on: 2026-11-27, or 30d for 30 days ago.", valueName: "day"))
    var since: DayArgument?

    @Option(help: ArgumentHelp("Up to this day.", valueName: "day"))
    var until: DayArgument?

    @Option(help: "Only this model.")
    var model: String?

    @Flag(name: [.customLong("all-users"), .customLong("everyone")], help: "Of all users.")
    var everyone = false

    @Flag(help: "Print CSV.")
    var csv = false

    @Flag(help: "Show a bar chart.")
    var chart = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        guard [csv, chart, format.json].filter(\.self).count <= 1 else {
            throw ValidationError("Choose one of --json, --csv and --chart.")
        }
    }

    func run() async throws {
        let report = try await place.ask { try await $0.usage(query, ofEveryone: everyone || by == .user) }
        let lines = report["data"]?.array ?? []
        let output = format.output
        if csv { return UsageCSV.lines(lines, by: by).forEach(output.terminal.line) }
        if chart { return output.show(report, as: .lines(UsageChart(lines).lines(on: output.terminal))) }
        output.show(report, as: .table(.usage(lines, total: report["total"] ?? .null, by: by)))
        note(report, on: output)
    }

    /// Says what the costs leave out.
    private func note(_ report: JSON, on output: Output) {
        guard !format.json else { return }
        if let unpriced = report["total"]?["unpriced_tokens"]?.int, unpriced > 0 {
            let (are, models) = unpriced == 1 ? ("is", "its model has") : ("are", "their models have")
            let count = CountText.of(unpriced, "token")
            output.terminal.note("\(count) \(are) in no cost: \(models) no price. Set 'prices'.")
        }
        if report["has_more"]?.bool == true {
            output.terminal.note("There is more; narrow it with --since or --model.")
        }
    }

    private var query: [APIQueryItem] {
        [
            APIQueryItem("by", by.rawValue), since.map { APIQueryItem("since", $0.day.text) },
            until.map { APIQueryItem("until", $0.day.text) }, model.map { APIQueryItem("model", $0) },
        ]
        .compactMap(\.self)
    }
}

extension UsageQuery.Grouping: ExpressibleByArgument {}
