import Parley

/// Decodes the backup of Chatbot UI's first version: `history` with plain lists of messages, and `folders`.
struct ChatbotUIDecoder: ConversationDecoder {
    private static let known: Set = ["id", "name", "model", "messages", "prompt", "folder", "key"]

    /// Each with the name of its folder.
    func conversations(in element: JSON) -> [JSON] {
        var folders: [String: JSON] = [:]
        for folder in element["folders"]?.array ?? [] {
            if let id = folder["id"]?.string { folders[id] = folder["name"] }
        }
        return (element["history"]?.array ?? []).map { conversation in
            guard var object = conversation.object else { return conversation }
            if let id = object["folderId"]?.string { object["folder"] = folders[id] }
            return .object(object)
        }
    }

    func decode(_ conversation: JSON, _ decoding: inout Decoding) throws(ImportProblem) -> ImportedConversation {
        let title = conversation["name"]?.string ?? ""
        guard let object = conversation.object, let messages = conversation["messages"]?.array else {
            throw ImportProblem(title.isEmpty ? decoding.place : title, "its `messages` are missing")
        }
        let id = conversation["id"].map { $0.string ?? $0.text } ?? ContentFingerprint.of(conversation)
        var record = ConversationRecord(.chatbotUI, id: id)
        record.title = title
        record.model = conversation["model"]?["id"]?.string
        record.instructions = conversation["prompt"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        record.tags = conversation["folder"]?.string.map { [$0] } ?? []
        record.extra = object.extra(without: Self.known)
        var tree = RecordTree()
        for message in messages { tree.append(message, of: .chatbotUI, &decoding.notes) }
        return try record.with(tree, decoding)
    }
}
