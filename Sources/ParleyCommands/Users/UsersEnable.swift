import ArgumentParser
import Parley
import ParleyClient

/// The command `parley users enable`.
struct UsersEnable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable",
        abstract: "Let a disabled user in again, with their keys."
    )

    @Argument(help: "The user's name.")
    var name: String

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let user = try await place.ask { try await $0.updateUser(name, ["disabled": false]) }
        format.output.show(user, as: .table(.users([user])))
    }
}
