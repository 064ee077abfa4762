import ArgumentParser

/// The command `parley users`.
struct UsersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "users",
        abstract: "The people and programs that own conversations.",
        subcommands: [UsersAdd.self, UsersList.self, UsersErase.self],
        defaultSubcommand: UsersList.self
    )
}
