import ArgumentParser
import Parley
import ParleyClient

/// The command `parley sessions tag`.
struct SessionsTag: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag",
        abstract: "Add tags to a conversation, or remove them; without any, show them."
    )

    @Argument(help: ConversationReference.help)
    var conversation: ConversationReference

    @Argument(help: "The tags.")
    var tags: [String] = []

    @Flag(help: "Remove them.")
    var remove = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let shown = try await place.ask { api in
            let id = try await conversation.id(on: api)
            let old = try await api.conversation(id)
            guard !tags.isEmpty else { return old }
            let known = (old["tags"]?.array ?? []).compactMap(\.string)
            let new =
                remove ? known.filter { !tags.contains($0) } : known + tags.filter { !known.contains($0) }
            return try await api.updateConversation(id, ["tags": .array(new.map(JSON.string))])
        }
        format.output.show(shown, as: .table(.conversations([shown], [.id, .tags, .title])))
    }
}
