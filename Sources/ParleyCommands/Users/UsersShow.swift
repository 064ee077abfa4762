import ArgumentParser
import Parley
import ParleyClient

/// The command `parley users show`.
struct UsersShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a user: role, limits, and what was spent today and this month (UTC)."
    )

    @Argument(help: "The user's name.")
    var name: String

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let user = try await place.ask { try await $0.user(name) }
        format.output.show(user, as: .fields(UserFields.of(user)))
    }
}
