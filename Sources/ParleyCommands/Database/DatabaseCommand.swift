import ArgumentParser

/// The command `parley database`.
struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "database",
        abstract: "The file where everything is kept.",
        subcommands: [DatabaseStatusCommand.self, DatabaseMigrate.self, DatabaseReindex.self],
        defaultSubcommand: DatabaseStatusCommand.self
    )
}
