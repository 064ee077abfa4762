import Parley

/// Decodes a conversation of LibreChat's export, whose messages lie in a list, or within each other.
struct LibreChatDecoder: ConversationDecoder {
    private static let known: Set = [
        "conversationId", "title", "exportAt", "branches", "recursive", "messages", "messagesTree", "user", "createdAt",
        "updatedAt", "isArchived", "tags",
    ]
    private static let root = "00000000-0000-0000-0000-000000000000"

    /// Each message within another takes two levels.
    let extraLevels = ImportFormat.extraLevels

    func decode(_ conversation: JSON, _ decoding: inout Decoding) throws(ImportProblem) -> ImportedConversation {
        let title = conversation["title"]?.string ?? ""
        let list = conversation["messagesTree"]?.array ?? conversation["messages"]?.array
        guard let object = conversation.object, let list else {
            throw ImportProblem(title.isEmpty ? decoding.place : title, "it has neither `messages` nor `messagesTree`")
        }
        let messages = Self.flattened(list)
        let options = conversation["options"]
        let id = conversation["conversationId"]?.string ?? ContentFingerprint.of(.array(messages.map(\.json)))
        var record = ConversationRecord(.libreChat, id: id)
        record.title = title
        record.createdAt = decoding.time(conversation["createdAt"])
        record.updatedAt = decoding.time(conversation["updatedAt"])
        record.model = options?["model"]?.string
        record.instructions = options?["promptPrefix"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        record.archived = conversation["isArchived"]?.bool ?? false
        record.tags = conversation["tags"]?.array?.compactMap(\.string) ?? []
        record.extra = object.extra(without: Self.known)
        let forest = MessageForest(messages.map { .init(id: $0.id, parent: $0.parent == Self.root ? nil : $0.parent) })
        var tree = RecordTree()
        var ends = [String?](repeating: nil, count: messages.count)
        for step in forest.steps(&decoding.notes) {
            let message = messages[step.node]
            let contents = message.contents(&decoding.notes)
            let time = decoding.time(message.json["createdAt"])
            ends[step.node] = tree.add(contents, key: message.id, behind: step.parent.flatMap { ends[$0] }) { item in
                message.shape(&item, time)
            }
        }
        record.tip = tree.newestLeaf
        return try record.with(tree, decoding)
    }

    /// The messages of a list, and of every list inside them, without recursion.
    private static func flattened(_ list: [JSON]) -> [LibreChatMessage] {
        var messages: [LibreChatMessage] = []
        var waiting: [(json: JSON, parent: String?)] = list.reversed().map { ($0, nil) }
        while let next = waiting.popLast() {
            guard var object = next.json.object else { continue }
            let children = object["children"]?.array ?? []
            object["children"] = nil
            let message = LibreChatMessage(.object(object), number: messages.count + 1, parent: next.parent)
            messages.append(message)
            waiting.append(contentsOf: children.reversed().map { ($0, message.id) })
        }
        return messages
    }
}
