import ArgumentParser
import Parley
import ParleyClient

/// The command `parley keys list`.
struct KeysList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List keys, without their secrets.",
        aliases: ["ls"]
    )

    @Option(name: .customLong("user"), help: "The keys of this user only.")
    var owner: String?

    @OptionGroup var place: ServerOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let keys = try await place.ask { try await $0.keys(of: owner) }
        format.output.show(.array(keys), as: .table(.keys(keys)))
    }
}
