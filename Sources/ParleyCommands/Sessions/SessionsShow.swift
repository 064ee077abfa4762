import ArgumentParser
import Parley
import ParleyClient

/// The command `parley sessions show`.
struct SessionsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show what was said.")

    @Argument(help: ConversationReference.help)
    var conversation: ConversationReference

    @Option(help: "Show the last so many items only.")
    var last: Int?

    @OptionGroup var rawText: RawTextOptions
    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let output = format.output
        let raw = try rawText.isWanted(on: output.terminal)
        let (head, items) = try await place.ask { api in
            let id = try await conversation.id(on: api)
            return (try await api.conversation(id), try await api.items(of: id, limit: last ?? .max))
        }
        var object = head.object ?? JSON.Object()
        object["items"] = .array(items)
        output.show(.object(object), as: .lines(Transcript(terminal: output.terminal, raw: raw).lines(head, items)))
    }
}
