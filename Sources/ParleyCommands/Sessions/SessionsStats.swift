import ArgumentParser
import Parley
import ParleyClient

/// The command `parley sessions stats`.
struct SessionsStats: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show totals for one conversation, or for all."
    )

    @Argument(help: ConversationReference.help)
    var conversation: ConversationReference?

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let statistics = try await place.ask { api in
            try await api.statistics(of: conversation?.id(on: api))
        }
        format.output.show(statistics, as: .fields(Self.fields(statistics)))
    }

    private static func fields(_ statistics: JSON) -> [(name: String, value: String)] {
        func number(_ name: String) -> String { (statistics[name]?.int ?? 0).description }
        let totals = [
            ("conversations", number("conversations")), ("items", number("items")),
            ("size", ByteText.of(statistics["bytes"]?.int ?? 0)),
            ("turns", number("turns") + failures(statistics)),
            ("tokens", "\(number("input_tokens")) in, \(number("output_tokens")) out"),
            ("cost", DollarText.of(statistics["cost"]?.int ?? 0)),
            ("first turn", TimeText.of(statistics["first_turn_at"])),
            ("last turn", TimeText.of(statistics["last_turn_at"])),
        ]
        let models = (statistics["models"]?.array ?? []).map { model in
            let turns = CountText.of(model["turns"], "turn")
            let tokens = (model["input_tokens"]?.int ?? 0) + (model["output_tokens"]?.int ?? 0)
            return (model["model"]?.string ?? "", "\(turns), \(CountText.of(tokens, "token"))")
        }
        return totals + models
    }

    private static func failures(_ statistics: JSON) -> String {
        let count = statistics["failed_turns"]?.int ?? 0
        return count == 0 ? "" : ", \(count) of them failed"
    }
}
