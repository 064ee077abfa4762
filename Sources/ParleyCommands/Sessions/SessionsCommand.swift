import ArgumentParser

/// The command `parley sessions`.
struct SessionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions",
        abstract: "Look at and change stored conversations.",
        subcommands: [
            SessionsList.self, SessionsShow.self, SessionsContext.self, SessionsRename.self, SessionsDelete.self,
            SessionsExport.self, SessionsImport.self,
        ],
        defaultSubcommand: SessionsList.self
    )
}
