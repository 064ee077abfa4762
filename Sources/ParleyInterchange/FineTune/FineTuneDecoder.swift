import Parley

/// Decodes a line of OpenAI's fine-tuning files: a list of messages, or an input with a better and a worse answer.
struct FineTuneDecoder: ConversationDecoder {
    private static let known: Set = ["messages", "input", "preferred_output", "non_preferred_output", "id", "title"]

    func decode(_ conversation: JSON, _ decoding: inout Decoding) throws(ImportProblem) -> ImportedConversation {
        let list = conversation["messages"]?.array ?? conversation["input"]?["messages"]?.array
        guard let object = conversation.object, let list else {
            throw ImportProblem(decoding.place, "its `messages` are missing")
        }
        let id = conversation["id"].map { $0.string ?? $0.text } ?? ContentFingerprint.of(conversation)
        var record = ConversationRecord(.fineTune, id: id)
        record.title = conversation["title"]?.string ?? ""
        record.extra = object.extra(without: Self.known)
        if let input = conversation["input"]?.object?.extra(without: ["messages"]), !input.members.isEmpty {
            record.extra.append("input", .object(input))
        }
        var tree = RecordTree()
        for message in list { tree.append(message, of: .fineTune, &decoding.notes) }
        let asked = tree.items.last?.key
        record.tip = add(conversation["preferred_output"], "preferred", 1, behind: asked, to: &tree, &decoding)
        add(conversation["non_preferred_output"], "non_preferred", -1, behind: asked, to: &tree, &decoding)
        return try record.with(tree, decoding)
    }

    /// - Returns: the key of the last item.
    @discardableResult
    private func add(
        _ output: JSON?,
        _ key: String,
        _ rating: Int,
        behind asked: String?,
        to tree: inout RecordTree,
        _ decoding: inout Decoding
    ) -> String? {
        let messages = output?.array ?? []
        let contents = messages.flatMap { ForeignChatMessage.contents($0, of: .fineTune, &decoding.notes) }
        return tree.add(contents, key: key, behind: asked) { $0.rating = rating }
    }
}
