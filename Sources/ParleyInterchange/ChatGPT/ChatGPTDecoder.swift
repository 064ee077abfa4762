import Parley

/// Decodes a conversation of ChatGPT's data export: a `mapping` of nodes, of which `current_node` is the tip.
struct ChatGPTDecoder: ConversationDecoder {
    /// What is read, and what says the same again.
    private static let known: Set = [
        "id", "conversation_id", "title", "create_time", "update_time", "mapping", "current_node",
        "default_model_slug", "is_archived", "is_starred", "pinned_time", "owner", "user",
    ]

    func decode(_ conversation: JSON, _ decoding: inout Decoding) throws(ImportProblem) -> ImportedConversation {
        let title = conversation["title"]?.string ?? ""
        let id = conversation["conversation_id"]?.string ?? conversation["id"]?.string
        guard let object = conversation.object, let mapping = conversation["mapping"]?.object else {
            throw ImportProblem(title.isEmpty ? id ?? decoding.place : title, "it has no `mapping` of messages")
        }
        var record = ConversationRecord(.chatGPT, id: id ?? ContentFingerprint.of(JSON.object(mapping)))
        record.title = title
        record.createdAt = decoding.time(conversation["create_time"])
        record.updatedAt = decoding.time(conversation["update_time"])
        record.model = conversation["default_model_slug"]?.string
        record.archived = conversation["is_archived"]?.bool ?? false
        record.pinned = conversation["is_starred"]?.bool ?? false
        record.extra = object.extra(without: Self.known)
        var tree = ChatGPTTree(mapping, &decoding)
        tree.build(&decoding)
        if !tree.instructions.isEmpty { record.extra["custom_instructions"] = .array(tree.instructions) }
        if !tree.memories.isEmpty { record.extra["memories"] = .array(tree.memories) }
        record.tip = tree.tip(conversation["current_node"]?.string, &decoding)
        return try record.with(tree.records, decoding)
    }
}
