import ArgumentParser
import Parley
import ParleyClient

/// The command `parley sessions search`.
struct SessionsSearch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Search all conversations.",
        discussion: """
            Words must all be there, in any order. "a phrase" must be there as it is, begin* is a word that begins so; \
            OR, NOT or -word, and parentheses work too. Chinese needs no spaces: two characters or more are found \
            wherever they stand together.

            Narrow it with role:user|assistant|tool|system, model:NAME, in:CONVERSATION or in:"part of a title", \
            tag:NAME, before:2026-01-31, after:2026-01-01, has:tool.
            """
    )

    @Argument(parsing: .allUnrecognized, help: "What to search for.")
    var query: [String]

    @Option(name: .shortAndLong, help: "How many to show, up to 100.")
    var limit = 20

    @Option(help: "relevance (best first) or newest.")
    var sort = "relevance"

    @Option(help: "Start after the result with this id.")
    var after: String?

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        if let unknown = query.first(where: { $0.hasPrefix("--") }) {
            throw ValidationError("There is no option '\(unknown)'. A word to leave out has one dash: -word.")
        }
        guard (1...100).contains(limit) else { throw ValidationError("--limit must be 1 to 100.") }
        guard ["relevance", "newest"].contains(sort) else {
            throw ValidationError("--sort must be relevance or newest.")
        }
    }

    func run() async throws {
        let list = try await place.ask { api in
            var words: [String] = []
            for word in query { words.append(try await Self.resolved(word, on: api)) }
            var items = [
                APIQueryItem("q", words.joined(separator: " ")), APIQueryItem("limit", limit),
                APIQueryItem("sort", sort),
            ]
            if let after { items.append(APIQueryItem("after", after)) }
            return try await api.search(items)
        }
        format.output.show(list, as: .lines(SearchLines(list).lines(on: format.output.terminal)))
    }

    /// `in:` with the first digits of an id, as lists show them, or with `last`, means that conversation.
    private static func resolved(_ word: String, on api: APIClient) async throws -> String {
        guard let name = word.firstRange(of: "in:"), ["", "-"].contains(word[..<name.lowerBound]) else { return word }
        let value = String(word[name.upperBound...])
        let isShort = value.count >= 8 && value.allSatisfy(\.isHexDigit)
        guard value == "last" || isShort, let reference = ConversationReference(argument: value) else { return word }
        return word[..<name.upperBound] + (try await reference.id(on: api))
    }
}
