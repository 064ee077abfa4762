import ArgumentParser
import Parley
import ParleyClient

/// The command `parley users disable`.
struct UsersDisable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Lock a user out: their keys stop working, and whatever runs for them ends."
    )

    @Argument(help: "The user's name.")
    var name: String

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let user = try await place.ask { try await $0.updateUser(name, ["disabled": true]) }
        format.output.show(user, as: .table(.users([user])))
    }
}
