import Parley
import ParleyWire

/// Messages in the form of OpenAI's chat, which several programs write.
enum ForeignChatMessage {
    /// The items that one stands for; one that is no message is kept as it is.
    static func contents(_ message: JSON, _ notes: inout ImportNotes) -> [ItemContent] {
        guard let object = message.object else {
            notes.add(.emptyMessage)
            return []
        }
        // What stands beside the message proper is read by the decoder.
        let plain = JSON.Object(object.members.filter { members.contains($0.name) })
        guard let contents = try? ChatMessages.items([.object(plain)]) else {
            notes.add(.unknownContent)
            return [.unknown(.fineTune, "message", ForeignSecrets.removed(from: message) ?? .null)]
        }
        let said = contents.filter { $0.kind != .message || !$0.text.isEmpty || !$0.parts.allSatisfy(isText) }
        if said.isEmpty { notes.add(.emptyMessage) }
        return said
    }

    private static let members: Set = [
        "role", "content", "name", "tool_calls", "tool_call_id", "function_call", "refusal",
    ]

    private static func isText(_ part: JSON) -> Bool { part["text"]?.string != nil }
}
