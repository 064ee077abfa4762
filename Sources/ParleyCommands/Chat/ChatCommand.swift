import ArgumentParser
import Parley

/// The command `parley chat`.
struct ChatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat",
        abstract: "Talk with a model.",
        discussion: """
            Ctrl-C stops an answer and keeps what was said; Ctrl-D leaves. Lines that are piped in are sent one after \
            the other. /help lists what can be done in a chat.
            """
    )

    @OptionGroup var target: ConversationOptions

    @Option(name: .shortAndLong, help: "The model to talk with.")
    var model: String?

    @OptionGroup var rawText: RawTextOptions
    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let terminal = format.output.terminal
        let isTyped = terminal.hasKeyboard && terminal.isInteractive && !format.json
        let editor: (any LineSource)? = isTyped ? LineEditor(history: HistoryFile.prepare()) : nil
        let screen = ChatScreen(
            output: format.output,
            isTyped: editor != nil,
            raw: try rawText.isWanted(on: terminal)
        )
        let settings = try place.settings()
        let session = ChatSession(
            screen: screen,
            lines: editor ?? PipedLines(),
            start: ChatStart(
                conversation: target.conversation ?? (target.continues ? ConversationReference(argument: "last") : nil),
                mustExist: target.conversation != nil,
                model: model,
                system: target.system
            )
        )
        let entrance = Entrance(settings)
        // The process that answered may leave; then another one, or this one, takes over.
        while try await entrance.reach(stays: false, { try await session.converse($0, $1) }) == .lostServer {}
    }
}
