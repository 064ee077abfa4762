import ArgumentParser
import Parley
import ParleyClient

/// The command `parley users role`.
struct UsersRole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role",
        abstract: "Make a user an administrator, or an ordinary user again."
    )

    @Argument(help: "The user's name.")
    var name: String

    @Argument(help: "admin or user.")
    var role: User.Role

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let change: JSON = ["role": .string(role.rawValue)]
        let user = try await place.ask { try await $0.updateUser(name, change) }
        format.output.show(user, as: .fields(UserFields.of(user)))
    }
}
