import ArgumentParser

/// Where a message belongs; the same for every command that sends one.
struct ConversationOptions: ParsableArguments {
    @Flag(
        name: [.customShort("c"), .customLong("continue")],
        help: "Continue the last conversation of the command line."
    )
    var continues = false

    @Option(help: ConversationReference.help)
    var conversation: ConversationReference?

    @Option(help: "Instructions for the model.")
    var system: String?
}
