import ArgumentParser
import Parley
import ParleyClient

/// The command `parley sessions rename`.
struct SessionsRename: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename",
        abstract: "Give a conversation another title."
    )

    @Argument(help: ConversationReference.help)
    var conversation: ConversationReference

    @Argument(help: "The new title.")
    var title: String

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let changed = try await place.ask { api in
            try await api.updateConversation(conversation.id(on: api), ["title": .string(title)])
        }
        format.output.show(changed, as: .table(.conversations([changed])))
    }
}
