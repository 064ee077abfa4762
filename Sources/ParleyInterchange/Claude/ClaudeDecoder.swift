import Parley

/// Decodes a conversation of Claude's data export.
///
/// Messages name their parents in newer exports only; older ones stand one behind the other.
struct ClaudeDecoder: ConversationDecoder {
    private static let known: Set = [
        "uuid", "name", "created_at", "updated_at", "account", "chat_messages", "model", "is_starred",
        "current_leaf_message_uuid",
    ]

    func decode(_ conversation: JSON, _ decoding: inout Decoding) throws(ImportProblem) -> ImportedConversation {
        let title = conversation["name"]?.string ?? ""
        guard let object = conversation.object, let list = conversation["chat_messages"]?.array else {
            throw ImportProblem(title.isEmpty ? decoding.place : title, "its `chat_messages` are missing")
        }
        let id = conversation["uuid"]?.string ?? ContentFingerprint.of(.array(list))
        var record = ConversationRecord(.claude, id: id)
        record.title = title
        record.createdAt = decoding.time(conversation["created_at"])
        record.updatedAt = decoding.time(conversation["updated_at"])
        record.model = conversation["model"]?.string
        record.pinned = conversation["is_starred"]?.bool ?? false
        record.extra = object.extra(without: Self.known)
        let messages = list.enumerated().map { ClaudeMessage($1, number: $0 + 1) }
        let forest = MessageForest(Self.places(messages))
        var tree = RecordTree()
        var ends = [String?](repeating: nil, count: messages.count)
        for step in forest.steps(&decoding.notes) {
            let message = messages[step.node]
            let contents = message.contents(&decoding.notes)
            let time = decoding.time(message.time)
            let parent = step.parent.flatMap { ends[$0] }
            ends[step.node] = tree.add(contents, key: message.id, behind: parent) { item in
                item.createdAt = time
                if item.key == message.id { item.extra = message.extra }
            }
        }
        let leaf = conversation["current_leaf_message_uuid"]?.string.flatMap(forest.number)
        record.tip = leaf.flatMap { ends[$0] } ?? tree.newestLeaf
        return try record.with(tree, decoding)
    }

    /// The parent that the first messages name.
    private static let root = "00000000-0000-4000-8000-000000000000"

    private static func places(_ messages: [ClaudeMessage]) -> [MessageForest.Node] {
        let isTree = messages.contains { $0.parent != nil }
        return messages.indices.map { index in
            let parent = isTree ? messages[index].parent : index == 0 ? nil : messages[index - 1].id
            return .init(id: messages[index].id, parent: parent == root ? nil : parent)
        }
    }
}
