import Parley

/// Decodes a sample of ShareGPT's form: `conversations` of `{from, value}`, with the names that its descendants use.
struct ShareGPTDecoder: ConversationDecoder {
    private static let known: Set = [
        "id", "conversations", "system", "chosen", "rejected", "kto_tag", "label", "title",
    ]

    func decode(_ conversation: JSON, _ decoding: inout Decoding) throws(ImportProblem) -> ImportedConversation {
        let id = conversation["id"].map { $0.string ?? $0.text }
        let list = conversation["conversations"]?.array ?? conversation["messages"]?.array
        guard let object = conversation.object, let list else {
            throw ImportProblem(id ?? decoding.place, "its `conversations` are missing")
        }
        var record = ConversationRecord(.shareGPT, id: id ?? ContentFingerprint.of(conversation))
        record.title = conversation["title"]?.string ?? ""
        record.extra = object.extra(without: Self.known)
        if conversation["messages"] == .array(list) { record.extra["messages"] = nil }
        var calls = ShareGPTCalls()
        var tree = RecordTree()
        if let system = conversation["system"]?.string, !system.isEmpty {
            tree.append([ItemContent(role: .system, text: system)])
        }
        for message in list {
            let first = String(tree.items.count + 1)
            tree.append(calls.contents(message, &decoding.notes)) { item in
                if item.key == first, item.content.kind != .other { item.extra = ShareGPTCalls.extra(of: message) }
            }
        }
        let rating = (conversation["kto_tag"] ?? conversation["label"])?.bool.map { $0 ? 1 : -1 }
        if let rating { tree.rateLast(rating) }
        record.tip = tree.items.last?.key
        add(conversation["chosen"], rated: 1, to: &tree, &record, &calls, &decoding)
        add(conversation["rejected"], rated: -1, to: &tree, &record, &calls, &decoding)
        return try record.with(tree, decoding)
    }

    /// Two answers to the same are siblings; the better one is the tip.
    private func add(
        _ answer: JSON?,
        rated rating: Int,
        to tree: inout RecordTree,
        _ record: inout ConversationRecord,
        _ calls: inout ShareGPTCalls,
        _ decoding: inout Decoding
    ) {
        guard let answer, answer.object != nil else { return }
        let parent = rating > 0 ? record.tip : tree.items.last { $0.content.isFromUser }?.key
        let contents = calls.contents(answer, &decoding.notes)
        let end = tree.add(contents, key: rating > 0 ? "chosen" : "rejected", behind: parent) { $0.rating = rating }
        if rating > 0 { record.tip = end }
    }
}
