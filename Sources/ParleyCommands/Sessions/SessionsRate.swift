import ArgumentParser
import Parley
import ParleyClient

/// The command `parley sessions rate`.
struct SessionsRate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rate",
        abstract: "Rate an answer: up, down or none."
    )

    @Argument(help: ConversationReference.help)
    var conversation: ConversationReference

    @Argument(help: "up, down, or none to remove the rating.")
    var rating: String

    @Option(help: "The answer's id, when it is not the last one.")
    var item: String?

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        guard rating == "none" || Rating(rawValue: rating) != nil else {
            throw ValidationError("The rating is up, down or none, not '\(rating)'.")
        }
    }

    func run() async throws {
        let rated = try await place.ask { api in
            let id = try await conversation.id(on: api)
            let answer = try await answer(in: id, api)
            return try await api.rate(answer, in: id, Rating(rawValue: rating)?.number)
        }
        format.output.show(
            rated,
            as: .lines(["rated \(rating): \(Terminal.safe(DisplayWidth.cut(ItemText.of(rated), to: 60)))"])
        )
    }

    private func answer(in conversation: String, _ api: APIClient) async throws -> String {
        if let item { return item }
        let items = try await api.items(of: conversation, limit: 100)
        guard let id = items.last(where: { $0["role"]?.string == "assistant" })?["id"]?.string else {
            throw ParleyError(.notFound, "There is no answer yet among its last 100 items. Name one with --item.")
        }
        return id
    }
}
