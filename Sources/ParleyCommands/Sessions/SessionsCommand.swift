import ArgumentParser

/// The command `parley sessions`.
struct SessionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions",
        abstract: "Look at and change stored conversations.",
        subcommands: [
            SessionsList.self, SessionsShow.self, SessionsSearch.self, SessionsContext.self, SessionsStats.self,
            SessionsRename.self, SessionsTag.self, SessionsPin.self, SessionsArchive.self, SessionsHold.self,
            SessionsRelease.self, SessionsRate.self, SessionsBranch.self, SessionsExport.self, SessionsImport.self,
            SessionsDelete.self, SessionsRestore.self, SessionsPrune.self,
        ],
        defaultSubcommand: SessionsList.self
    )
}
