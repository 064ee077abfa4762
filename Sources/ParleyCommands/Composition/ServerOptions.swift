import ArgumentParser
import Foundation
import Parley
import ParleyClient

/// Which server a command asks; the same for every command that asks one.
struct ServerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The database file.", valueName: "path"))
    var database: String?

    @Option(help: "Ask the Parley server at this address instead of the one on this machine.")
    var url: String?

    func validate() throws {
        guard database != nil, url != nil else { return }
        throw ValidationError("--database and --url name two places: leave one of them out.")
    }

    /// Everything that is set; commands act for `user`, when one is named.
    func settings(user: String? = nil) throws -> Settings {
        let flags = [Setting.database.key: database, Setting.url.key: url, Setting.user.key: user]
        return try Settings(SettingSources.read(flags: flags.compactMapValues(\.self)))
    }

    /// Asks the server, which is brought up in this process when there is none, with a line that says how far it has come
    /// where somebody sees it.
    ///
    /// - Throws: ``ParleyError/Code/notFound`` when a database is named that does not exist, unless this one `creates` it.
    func ask<Answer: Sendable>(
        for user: String? = nil,
        saying text: String = "working",
        creates: Bool = false,
        _ body: (APIClient, ProgressLine) async throws -> Answer
    ) async throws -> Answer {
        let settings = try settings(user: user)
        if !creates { try refuseMissing(settings) }
        return try await Entrance(settings).with(saying: text, body)
    }

    func ask<Answer: Sendable>(
        creates: Bool = false,
        _ body: (APIClient) async throws -> Answer
    ) async throws -> Answer {
        try await ask(creates: creates) { api, _ in try await body(api) }
    }

    /// A name with a slip in it must not become a new, empty database.
    private func refuseMissing(_ settings: Settings) throws {
        guard database != nil, settings.server == nil, !FileManager.default.fileExists(atPath: settings.database) else {
            return
        }
        throw ParleyError(
            .notFound,
            "There is no database at \(settings.database). Check the path; `parley ask`, `sessions import`, `users add` "
                + "and `keys create` make a new one."
        )
    }
}
