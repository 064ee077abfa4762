import ArgumentParser

/// The command `parley database`.
struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "database",
        abstract: "The database file: its state, copies, repairs.",
        subcommands: [
            DatabaseStatusCommand.self, DatabaseMigrate.self, DatabaseBackup.self, DatabaseRestore.self,
            DatabaseCheck.self, DatabaseVacuum.self, DatabaseReindex.self,
        ],
        defaultSubcommand: DatabaseStatusCommand.self
    )
}
