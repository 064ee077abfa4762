import ArgumentParser
import Parley
import ParleyClient

/// The command `parley users disable`.
struct UsersDisable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Keep a user out: no key of theirs works any more, and what runs for them ends."
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
