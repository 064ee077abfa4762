import ArgumentParser
import Parley
import ParleyClient

/// The command `parley users add`.
struct UsersAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "add", abstract: "Add a user.")

    @Argument(help: "1 to 64 letters, digits, '.', '_', '@' or '-'.")
    var name: String

    @Option(help: "user, or admin, who may administer with a key.")
    var role = User.Role.user

    @Flag(help: "The same as --role admin.")
    var admin = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let role: User.Role = admin ? .admin : role
        let user = try await place.ask(creates: true) { try await $0.addUser(name, role: role.rawValue) }
        format.output.show(user, as: .table(.users([user])))
    }
}

extension User.Role: ExpressibleByArgument {}
