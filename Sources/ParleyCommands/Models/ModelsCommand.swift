import ArgumentParser

/// The command `parley models`.
struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "The models that can be used.",
        subcommands: [ModelsList.self],
        defaultSubcommand: ModelsList.self
    )
}
