import Parley
import ParleyWire

/// Messages in the form of OpenAI's chat, which several programs write.
enum ForeignChatMessage {
    /// The items that one stands for; one that is no message is kept as it is, under the name of the file's format.
    static func contents(_ message: JSON, of format: ImportFormat, _ notes: inout ImportNotes) -> [ItemContent] {
        guard let object = message.object else {
            notes.add(.emptyMessage)
            return []
        }
        // What stands beside the message proper is read by the decoder.
        let plain = JSON.Object(object.members.filter { members.contains($0.name) })
        guard let contents = try? ChatMessages.items([.object(plain)]) else {
            notes.add(.unknownContent)
            return [.unknown(format, kind(of: message), ForeignSecrets.removed(from: message) ?? .null)]
        }
        let said = contents.filter { $0.kind != .message || !$0.text.isEmpty || !$0.parts.allSatisfy(isText) }
        if said.isEmpty { notes.add(.emptyMessage) }
        return said
    }

    /// What stands in a message beside what it says.
    static func extra(of message: JSON) -> JSON.Object { message.object?.extra(without: members) ?? JSON.Object() }

    /// A role that nobody knows is its own kind; else it is a message that cannot be read.
    private static func kind(of message: JSON) -> String {
        guard let role = message["role"]?.string, !role.isEmpty, !roles.contains(role) else { return "message" }
        return role
    }

    private static let roles: Set = ["system", "developer", "user", "assistant", "tool", "function"]
    private static let members: Set = [
        "role", "content", "name", "tool_calls", "tool_call_id", "function_call", "refusal",
    ]

    private static func isText(_ part: JSON) -> Bool { part["text"]?.string != nil }
}
