import ArgumentParser
import Parley
import ParleyClient

/// The command `parley sessions list`.
struct SessionsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List conversations, newest first.",
        aliases: ["ls"]
    )

    @Option(name: .shortAndLong, help: "How many to list.")
    var limit = 20

    @Flag(help: "List all of them.")
    var all = false

    @Flag(help: "List archived ones only.")
    var archived = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit must be at least 1.") }
    }

    func run() async throws {
        let query = archived ? [APIQueryItem("archived", true)] : []
        let conversations = try await place.ask { api in
            try await api.conversations(limit: all ? .max : limit, query: query)
        }
        format.output.show(.array(conversations), as: .table(.conversations(conversations)))
    }
}
