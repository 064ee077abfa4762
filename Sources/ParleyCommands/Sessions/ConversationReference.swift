import ArgumentParser
import Parley
import ParleyClient

/// A conversation as a person names it: its id, the first digits of it, or `last`.
struct ConversationReference: ExpressibleByArgument, Sendable {
    var text: String

    static let help: ArgumentHelp = "Its id, the first digits of its id, or `last`."

    init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        text = argument
    }

    /// The id as lists show it: a beginning that is long enough to be the only one.
    static func short(_ id: String) -> String {
        let digits = id.split(separator: "_").last ?? ""
        return String(digits.prefix(8))
    }

    /// The whole id.
    /// - Throws: ``ParleyError/Code/notFound``, or ``ParleyError/Code/invalidValue`` when several begin so.
    func id(on api: APIClient, deleted: Bool = false) async throws -> String {
        if text == "last", !deleted { return try await Self.last(on: api) }
        if Identifier<Conversation>(text) != nil { return text }
        let beginning =
            text.hasPrefix(Conversation.idPrefix) ? String(text.dropFirst(Conversation.idPrefix.count)) : text
        guard !beginning.isEmpty, beginning.allSatisfy(\.isHexDigit) else { return text }
        let query = deleted ? [APIQueryItem("deleted", true)] : []
        let ids = try await api.conversations(limit: Self.reach, query: query).compactMap { $0["id"]?.string }
        let matches = ids.filter { $0.hasPrefix(Conversation.idPrefix + beginning.lowercased()) }
        guard matches.count < 2 else {
            throw ParleyError(.invalidValue, "\(matches.count) conversations begin with \(text). Give more digits.")
        }
        guard let match = matches.first else {
            throw ParleyError(
                .notFound,
                "None of the \(Self.reach) newest conversations begins with '\(text)'. Give the whole id."
            )
        }
        return match
    }

    /// Among how many of the newest conversations the first digits are looked for.
    private static let reach = 1000

    private static func last(on api: APIClient) async throws -> String {
        guard let id = try await api.lastOfCommandLine()?["id"]?.string else {
            throw ParleyError(
                .notFound,
                "No conversation was begun on the command line yet. `parley sessions list` shows all there are."
            )
        }
        return id
    }
}

extension APIClient {
    /// The newest conversation that was begun on the command line.
    func lastOfCommandLine() async throws -> JSON? {
        try await conversations(limit: 1, query: [APIQueryItem("metadata[origin]", "cli")]).first
    }
}
