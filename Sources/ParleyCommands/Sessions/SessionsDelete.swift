import ArgumentParser
import Parley
import ParleyClient

/// The command `parley sessions delete`.
struct SessionsDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete conversations; for some time `parley sessions restore` brings them back.",
        discussion: """
            Does not ask, for nothing is gone yet: a deleted conversation can be restored until the time that \
            'retention.deleted' sets is over (30 days). `parley sessions prune` removes for good, and needs --yes.
            """,
        aliases: ["rm"]
    )

    @Argument(help: ConversationReference.help)
    var conversations: [ConversationReference]

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    /// All are looked up before the first one is deleted.
    func run() async throws {
        let ids = try await place.ask { api in
            var ids: [String] = []
            for conversation in conversations { ids.append(try await conversation.id(on: api)) }
            for id in ids { try await api.deleteConversation(id) }
            return ids
        }
        format.output.show(
            .array(ids.map { ["id": .string($0), "deleted": true] }),
            as: .lines(ids.map { "deleted \(Terminal.safe($0))" })
        )
    }
}
