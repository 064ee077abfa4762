import ArgumentParser
import ParleyClient

/// Which server a command asks, and for whom it acts there.
struct PlaceOptions: ParsableArguments {
    @OptionGroup var server: ServerOptions

    @Option(help: ArgumentHelp("Act for another user.", valueName: "name"))
    var user: String?

    /// Everything that is set.
    func settings() throws -> Settings { try server.settings(user: user) }

    /// Asks the server, as ``ServerOptions`` does.
    func ask<Answer: Sendable>(
        creates: Bool = false,
        _ body: (APIClient) async throws -> Answer
    ) async throws -> Answer {
        try await server.ask(for: user, creates: creates) { api, _ in try await body(api) }
    }

    /// The same, with a line that says how far it has come where somebody sees it.
    func ask<Answer: Sendable>(
        saying text: String,
        creates: Bool = false,
        _ body: (APIClient, ProgressLine) async throws -> Answer
    ) async throws -> Answer {
        try await server.ask(for: user, saying: text, creates: creates, body)
    }
}
