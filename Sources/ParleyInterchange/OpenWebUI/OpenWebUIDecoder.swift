import Parley

/// Decodes a chat of Open WebUI's export: `history.messages` by id, of which `currentId` is the tip.
///
/// The list `chat.messages` is the active path once more, and is read only where there is no history.
struct OpenWebUIDecoder: ConversationDecoder {
    private static let known: Set = [
        "id", "user_id", "user", "title", "chat", "created_at", "updated_at", "archived", "pinned", "meta", "history",
        "messages", "models", "system", "tags", "timestamp", "share_id",
    ]

    func decode(_ conversation: JSON, _ decoding: inout Decoding) throws(ImportProblem) -> ImportedConversation {
        let chat = conversation["chat"] ?? conversation
        let title = conversation["title"]?.string ?? chat["title"]?.string ?? ""
        let messages = Self.messages(chat)
        guard let object = conversation.object, let messages else {
            throw ImportProblem(title.isEmpty ? decoding.place : title, "it has no `history.messages`")
        }
        let id = conversation["id"]?.string ?? chat["id"]?.string
        let content = JSON.array(messages.map { .object($0.json) })
        var record = ConversationRecord(.openWebUI, id: id ?? ContentFingerprint.of(content))
        record.title = title
        record.createdAt = decoding.time(conversation["created_at"] ?? chat["timestamp"])
        record.updatedAt = decoding.time(conversation["updated_at"])
        record.model = chat["models"]?.array?.first?.string
        record.instructions = [chat["system"], chat["params"]?["system"]].compactMap { $0?.string }.first {
            !$0.isEmpty
        }
        record.archived = conversation["archived"]?.bool ?? false
        record.pinned = conversation["pinned"]?.bool ?? false
        record.tags = Self.tags(conversation["meta"]?["tags"]) ?? Self.tags(chat["tags"]) ?? []
        record.extra = Self.extra(object, chat)
        let forest = MessageForest(messages.map(\.place))
        var tree = RecordTree()
        var ends = [String?](repeating: nil, count: messages.count)
        for step in forest.steps(&decoding.notes) {
            let message = messages[step.node]
            let contents = message.contents(&decoding.notes)
            let time = decoding.time(message.time)
            ends[step.node] = tree.add(contents, key: message.id, behind: step.parent.flatMap { ends[$0] }) { item in
                message.shape(&item, time)
            }
        }
        let current = (chat["history"]?["currentId"]?.string ?? messages.last?.id).flatMap(forest.number)
        if current == nil { decoding.notes.add(.lostTip) }
        record.tip = current.flatMap { ends[$0] } ?? tree.newestLeaf
        return try record.with(tree, decoding)
    }

    private static func messages(_ chat: JSON) -> [OpenWebUIMessage]? {
        if let members = chat["history"]?["messages"]?.object?.members {
            return members.compactMap { OpenWebUIMessage(id: $0.name, $0.value, parent: $0.value["parentId"]?.string) }
        }
        guard let list = chat["messages"]?.array else { return nil }
        var previous: String?
        return list.enumerated().compactMap { index, json in
            let id = json["id"]?.string ?? String(index + 1)
            let message = OpenWebUIMessage(id: id, json, parent: json["parentId"]?.string ?? previous)
            if message != nil { previous = id }
            return message
        }
    }

    private static func tags(_ json: JSON?) -> [String]? {
        let tags = json?.array?.compactMap { $0.string ?? $0["name"]?.string }
        return tags?.isEmpty == true ? nil : tags
    }

    private static func extra(_ row: JSON.Object, _ chat: JSON) -> JSON.Object {
        var extra = row.extra(without: known)
        if let meta = row["meta"]?.object?.extra(without: ["tags"]), !meta.members.isEmpty {
            extra.append("meta", .object(meta))
        }
        guard row["chat"] != nil, let inner = chat.object?.extra(without: known), !inner.members.isEmpty else {
            return extra
        }
        extra.append("chat", .object(inner))
        return extra
    }
}
