import ArgumentParser
import Foundation
import Parley
import ParleyClient

/// Whom a command asks; the same for every command that asks a server.
struct PlaceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The database file.", valueName: "path"))
    var database: String?

    @Option(help: "Ask the Parley server at this address instead of the one on this machine.")
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
    ///
    /// - Throws: ``ParleyError/Code/notFound`` when a database is named that does not exist, unless this one `creates` it.
    func ask<Answer: Sendable>(
        creates: Bool = false,
        _ body: (APIClient) async throws -> Answer
    ) async throws -> Answer {
        try await ask(saying: "working", creates: creates) { api, _ in try await body(api) }
    }

    /// The same, with a line that says how far it has come where somebody sees it.
    func ask<Answer: Sendable>(
        saying text: String,
        creates: Bool = false,
        _ body: (APIClient, ProgressLine) async throws -> Answer
    ) async throws -> Answer {
        let settings = try settings()
        if !creates { try Self.refuseMissing(database, settings) }
        return try await Entrance(settings).with(saying: text, body)
    }

    /// A name with a slip in it must not become a new, empty database.
    static func refuseMissing(_ named: String?, _ settings: Settings) throws {
        guard named != nil, settings.server == nil, !FileManager.default.fileExists(atPath: settings.database) else {
            return
        }
        throw ParleyError(
            .notFound,
            "There is no database at \(settings.database). Check the path; `parley ask`, `sessions import`, `users add` "
                + "and `keys create` make a new one."
        )
    }
}
