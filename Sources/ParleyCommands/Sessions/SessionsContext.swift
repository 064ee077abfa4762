import ArgumentParser
import Parley
import ParleyClient

/// The command `parley sessions context`.
struct SessionsContext: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "context",
        abstract: "Show what would be sent to the model next, and why.",
        discussion: "Asks no model and stores nothing."
    )

    @Argument(help: ConversationReference.help)
    var conversation: ConversationReference

    @Option(help: "As if this were the next message.")
    var input: String?

    @Option(help: "As if this model were asked.")
    var model: String?

    @Option(help: "As if this policy applied: all, recent, stable, summary, recall or turns:N.")
    var policy: String?

    @Option(help: "As if the budget were this many tokens.")
    var budget: Int?

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let report = try await place.ask { api in
            try await api.context(of: conversation.id(on: api), request)
        }
        format.output.show(report, as: .lines(ContextLines(report).lines(on: format.output.terminal)))
    }

    /// What is assumed; `nil` when nothing is.
    private var request: JSON? {
        var body = JSON.Object()
        body["input"] = input.map(JSON.string)
        body["model"] = model.map(JSON.string)
        var context = JSON.Object()
        context["policy"] = policy.map(JSON.string)
        context["budget"] = budget.map { JSON($0) }
        if !context.members.isEmpty { body["context"] = .object(context) }
        return body.members.isEmpty ? nil : .object(body)
    }
}
