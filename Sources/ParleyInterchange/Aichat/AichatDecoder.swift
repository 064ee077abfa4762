import Parley

/// Decodes a session of aichat, which is a YAML file of its own.
///
/// What was compressed away is still there in front of the messages, which then begin with the summary of it.
struct AichatDecoder: ConversationDecoder {
    private static let known: Set = ["model", "compressed_messages", "messages", "data_urls"]

    func decode(_ conversation: JSON, _ decoding: inout Decoding) throws(ImportProblem) -> ImportedConversation {
        let name = Self.name(decoding.file)
        guard let object = conversation.object, let recent = conversation["messages"]?.array else {
            throw ImportProblem(name, "its `messages` are missing")
        }
        let old = conversation["compressed_messages"]?.array ?? []
        var messages = old + recent
        if !old.isEmpty, recent.first?["role"]?.string == "system" {
            messages.remove(at: old.count)
            decoding.notes.add(.summary)
        }
        guard let first = messages.first else { throw .empty(name) }
        var record = ConversationRecord(.aichat, id: "\(name)#\(ContentFingerprint.of(first).prefix(16))")
        record.title = name
        record.model = conversation["model"]?.string
        record.extra = object.extra(without: Self.known)
        var tree = RecordTree()
        let pictures = conversation["data_urls"]?.object ?? JSON.Object()
        for (index, message) in messages.enumerated() {
            tree.append(contents(message, index, pictures, &decoding.notes))
        }
        return try record.with(tree, decoding)
    }

    private func contents(
        _ message: JSON,
        _ index: Int,
        _ pictures: JSON.Object,
        _ notes: inout ImportNotes
    ) -> [ItemContent] {
        guard var object = message.object else { return [] }
        if let results = message["content"]?["tool_results"]?.array {
            let text = message["content"]?["text"]?.string ?? ""
            let said = text.isEmpty ? [] : [ItemContent(role: .assistant, text: text)]
            return said + results.enumerated().flatMap { calls($1, "call_\(index + 1)_\($0 + 1)") }
        }
        if let parts = message["content"]?.array {
            object["content"] = .array(parts.map { part in resolved(part, pictures) })
        }
        return ForeignChatMessage.contents(.object(object), of: .aichat, &notes)
    }

    private func calls(_ result: JSON, _ fallback: String) -> [ItemContent] {
        let id = result["call"]?["id"]?.string ?? fallback
        let name = result["call"]?["name"]?.string ?? "tool"
        let output = result["output"].map { JSON.string($0.string ?? $0.text) } ?? ""
        return [.call(id, name, result["call"]?["arguments"]), .result(id, output)]
    }

    /// Pictures are kept apart, under their hash.
    private func resolved(_ part: JSON, _ pictures: JSON.Object) -> JSON {
        guard let url = part["image_url"]?["url"]?.string, let picture = pictures[url]?.string else { return part }
        return ["type": "image_url", "image_url": ["url": .string(picture)]]
    }

    /// The session's name is that of its file.
    private static func name(_ file: String) -> String {
        let last = file.split(separator: "/").last.map(String.init) ?? file
        return last.hasSuffix(".yaml")
            ? String(last.dropLast(5)) : last.hasSuffix(".yml") ? String(last.dropLast(4)) : last
    }
}
