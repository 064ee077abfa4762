import ArgumentParser
import Parley
import ParleyClient

/// The command `parley sessions search`.
struct SessionsSearch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find what was said, in all conversations.",
        discussion: """
            Words must all be there, in any order. "a phrase" must be there as it is, begin* is a word that begins so; \
            OR, NOT or -word, and parentheses work too. Chinese needs no spaces: two characters or more are found \
            wherever they stand together.

            Narrow it with role:user|assistant|tool|system, model:NAME, in:CONVERSATION or in:"part of a title", \
            tag:NAME, before:2026-01-31, after:2026-01-01, has:tool.
            """
    )

    @Argument(help: "What to search for.")
    var query: [String]

    @Option(name: .shortAndLong, help: "How many to show, up to 100.")
    var limit = 20

    @Option(help: "The best first, or the newest: relevance or newest.")
    var sort = "relevance"

    @Option(help: "Go on behind the result with this id.")
    var after: String?

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        guard (1...100).contains(limit) else { throw ValidationError("--limit must be 1 to 100.") }
        guard ["relevance", "newest"].contains(sort) else {
            throw ValidationError("--sort must be relevance or newest.")
        }
    }

    func run() async throws {
        var items = [
            APIQueryItem("q", query.joined(separator: " ")), APIQueryItem("limit", limit), APIQueryItem("sort", sort),
        ]
        if let after { items.append(APIQueryItem("after", after)) }
        let list = try await place.ask { try await $0.search(items) }
        format.output.show(list, as: .lines(SearchLines(list).lines(on: format.output.terminal)))
    }
}
