import ArgumentParser
import Parley
import ParleyClient

/// Several conversations of which one thing is changed; the same for every command that does so.
struct ConversationMarks: ParsableArguments {
    @Argument(help: ConversationReference.help)
    var conversations: [ConversationReference]

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    /// All are looked up before the first one is changed.
    func change(_ body: JSON) async throws {
        let changed = try await place.ask { api in
            var ids: [String] = []
            for conversation in conversations { ids.append(try await conversation.id(on: api)) }
            var changed: [JSON] = []
            for id in ids { changed.append(try await api.updateConversation(id, body)) }
            return changed
        }
        format.output.show(.array(changed), as: .table(.conversations(changed, [.id, .state, .title])))
    }
}
