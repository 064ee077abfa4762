import ArgumentParser
import Parley
import ParleyClient

/// The command `parley users limit`.
struct UsersLimit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limit",
        abstract: "Limit what a user may use, with all keys together.",
        discussion: "Limits that are not named stay as they are. The settings limit.* hold for every user."
    )

    @Argument(help: "The user's name.")
    var name: String

    @OptionGroup var limits: LimitOptions
    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let change: JSON = ["limits": limits.json]
        let user = try await place.ask { try await $0.updateUser(name, change) }
        format.output.show(user, as: .fields(UserFields.of(user)))
    }
}
