import Parley

/// Decodes the sessions of NextChat's backup.
///
/// Only `chat-next-web-store` is looked at: the rest of a backup holds keys in clear.
struct NextChatDecoder: ConversationDecoder {
    private static let known: Set = ["id", "topic", "messages", "lastUpdate", "mask", "clientConfig"]
    private static let knownOfMessage: Set = [
        "id", "role", "content", "date", "model", "streaming", "isError", "tools", "tool_calls", "tool_call_id", "name",
    ]

    func conversations(in element: JSON) -> [JSON] {
        let store = element["chat-next-web-store"]
        return store?["sessions"]?.array ?? store?["state"]?["sessions"]?.array ?? []
    }

    func decode(_ conversation: JSON, _ decoding: inout Decoding) throws(ImportProblem) -> ImportedConversation {
        let title = conversation["topic"]?.string ?? ""
        guard let object = conversation.object, let messages = conversation["messages"]?.array else {
            throw ImportProblem(title.isEmpty ? decoding.place : title, "its `messages` are missing")
        }
        let id = conversation["id"].map { $0.string ?? $0.text } ?? ContentFingerprint.of(.array(messages))
        let mask = conversation["mask"]
        var record = ConversationRecord(.nextChat, id: id)
        record.title = title
        record.model = mask?["modelConfig"]?["model"]?.string
        record.updatedAt = decoding.time(conversation["lastUpdate"])
        record.extra = object.extra(without: Self.known)
        if let mask = mask?.object?.extra(without: ["context"]), !mask.members.isEmpty {
            record.extra.append("mask", .object(mask))
        }
        var tree = RecordTree()
        for message in mask?["context"]?.array ?? [] {
            tree.append(message, of: .nextChat, &decoding.notes)
        }
        guard !messages.isEmpty else { throw .empty(title.isEmpty ? id : title) }
        for message in messages { add(message, to: &tree, record.updatedAt, &decoding) }
        record.createdAt = tree.items.lazy.compactMap(\.createdAt).min() ?? record.updatedAt
        return try record.with(tree, decoding)
    }

    /// Dates are in the words of the browser's language; where they cannot be read the session's last change counts.
    private func add(_ message: JSON, to tree: inout RecordTree, _ fallback: Timestamp?, _ decoding: inout Decoding) {
        if message["isError"]?.bool == true { return decoding.notes.add(.errorMessage) }
        if message["streaming"]?.bool == true { return decoding.notes.add(.unfinishedMessage) }
        let time = decoding.time(message["date"]) ?? fallback
        let contents = calls(message) + ForeignChatMessage.contents(message, of: .nextChat, &decoding.notes)
        let first = tree.items.count
        tree.append(contents) { item in
            item.createdAt = time
            if item.content.isFromModel { item.model = message["model"]?.string }
            if item.key == String(first + 1) {
                item.extra = message.object?.extra(without: Self.knownOfMessage) ?? JSON.Object()
            }
        }
    }

    /// What plugins were called, with their answers.
    private func calls(_ message: JSON) -> [ItemContent] {
        (message["tools"]?.array ?? []).enumerated().flatMap { index, tool -> [ItemContent] in
            let id = tool["id"]?.string ?? "\(message["id"]?.string ?? "call")-\(index)"
            let call = ItemContent.call(id, tool["function"]?["name"]?.string ?? "tool", tool["function"]?["arguments"])
            guard let answer = tool["content"]?.string else { return [call] }
            return [call, .result(id, .string(answer))]
        }
    }
}
