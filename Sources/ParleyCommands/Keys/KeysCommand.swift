import ArgumentParser

/// The command `parley keys`.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "The keys with which programs act for users.",
        subcommands: [KeysCreate.self, KeysList.self, KeysLimit.self, KeysRotate.self, KeysRevoke.self],
        defaultSubcommand: KeysList.self
    )
}
