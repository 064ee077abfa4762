import ArgumentParser
import ParleyClient

/// Whom a command about keys asks; `--user` says whose keys they are.
struct KeyPlaceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The database file.", valueName: "path"))
    var database: String?

    @Option(help: "Ask the Parley server at this address instead of the one on this machine.")
    var url: String?

    func validate() throws { try PlaceOptions.refuseBoth(database, url) }

    func settings() throws -> Settings {
        try Settings(
            SettingSources.read(flags: [Setting.database.key: database, Setting.url.key: url].compactMapValues(\.self))
        )
    }

    func ask<Answer: Sendable>(
        creates: Bool = false,
        _ body: (APIClient) async throws -> Answer
    ) async throws -> Answer {
        let settings = try settings()
        if !creates { try PlaceOptions.refuseMissing(database, settings) }
        return try await Entrance(settings).with(saying: "working") { api, _ in try await body(api) }
    }
}
