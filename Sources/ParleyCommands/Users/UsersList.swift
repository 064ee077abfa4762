import ArgumentParser
import Parley
import ParleyClient

/// The command `parley users list`.
struct UsersList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the users.", aliases: ["ls"])

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let users = try await place.ask { try await $0.users() }
        format.output.show(.array(users), as: .table(.users(users)))
    }
}
