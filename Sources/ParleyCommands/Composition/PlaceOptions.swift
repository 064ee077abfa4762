import ArgumentParser
import ParleyClient

/// Whom a command asks; the same for every command that asks a server.
struct PlaceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where everything is kept.", valueName: "path"))
    var database: String?

    @Option(help: "Ask the Parley server at this address instead of this machine's own.")
    var url: String?

    @Option(help: ArgumentHelp("Act for another user.", valueName: "name"))
    var user: String?

    func validate() throws { try Self.refuseBoth(database, url) }

    /// Two answers to one question.
    static func refuseBoth(_ database: String?, _ url: String?) throws {
        guard database != nil, url != nil else { return }
        throw ValidationError("--database and --url name two places: leave one of them out.")
    }

    /// Everything that is set.
    func settings(_ flags: [String: String?] = [:]) throws -> Settings {
        var all = flags.compactMapValues(\.self)
        all[Setting.database.key] = database
        all[Setting.url.key] = url
        all[Setting.user.key] = user
        return try Settings(SettingSources.read(flags: all))
    }

    /// Asks the server, which is brought up in this process when there is none.
    func ask<Answer: Sendable>(_ body: (APIClient) async throws -> Answer) async throws -> Answer {
        try await ask(saying: "working") { api, _ in try await body(api) }
    }

    /// The same, with a line that says how far it has come where somebody sees it.
    func ask<Answer: Sendable>(
        saying text: String,
        _ body: (APIClient, ProgressLine) async throws -> Answer
    ) async throws -> Answer {
        try await Entrance(settings()).with(saying: text, body)
    }
}
