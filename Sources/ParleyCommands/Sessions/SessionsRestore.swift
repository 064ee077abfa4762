import ArgumentParser
import Parley
import ParleyClient

/// The command `parley sessions restore`.
struct SessionsRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Bring deleted conversations back; `parley sessions list --deleted` shows which can be."
    )

    @Argument(help: "Its id, or the first digits of its id.")
    var conversations: [ConversationReference]

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let restored = try await place.ask { api in
            var ids: [String] = []
            for conversation in conversations { ids.append(try await conversation.id(on: api, deleted: true)) }
            var restored: [JSON] = []
            for id in ids { restored.append(try await api.restoreConversation(id)) }
            return restored
        }
        format.output.show(.array(restored), as: .table(.conversations(restored)))
    }
}
