import ArgumentParser
import Parley
import ParleyClient

/// The command `parley database status`.
struct DatabaseStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show size, schema and state of the database."
    )

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let status = try await place.ask { try await $0.database() }
        format.output.show(status, as: .fields(DatabaseFields.of(status)))
    }
}
