import Parley
import ParleyClient

extension ChatSession {
    /// How many items of an opened conversation are shown.
    private static var shown: Int { 6 }

    /// Goes on in a conversation: shows its end, and what was never answered.
    func open(_ id: String, _ api: APIClient) async throws {
        let head = try await api.conversation(id)
        let items = try await api.items(of: id, limit: Self.shown)
        conversation = id
        unanswered = nil
        screen.show(head, items)
        guard let turn = try await api.newestTurn(of: id), let message = UnansweredMessage(turn, activePath: items)
        else { return }
        unanswered = message.text
        screen.tell(message.lines)
        screen.tell(["Send it again with /retry."])
    }
}
