import ArgumentParser

/// The command `parley users`.
struct UsersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "users",
        abstract: "The people and programs that own conversations.",
        subcommands: [
            UsersAdd.self, UsersList.self, UsersShow.self, UsersRole.self, UsersLimit.self, UsersDisable.self,
            UsersEnable.self, UsersErase.self,
        ],
        defaultSubcommand: UsersList.self
    )
}
