import Parley

/// One message of a conversation.
struct LibreChatMessage {
    let json: JSON
    let id: String
    let parent: String?
    private let role: ItemContent.Role

    private static let known: Set = [
        "messageId", "parentMessageId", "conversationId", "sender", "text", "content", "isCreatedByUser", "model",
        "createdAt", "updatedAt", "files", "attachments", "feedback", "user", "error", "unfinished", "children",
        "tokenCount", "_id", "__v",
    ]

    init(_ json: JSON, number: Int, parent: String?) {
        self.json = json
        id = json["messageId"]?.string ?? String(number)
        self.parent = parent ?? json["parentMessageId"]?.string
        role = json["isCreatedByUser"]?.bool ?? (json["sender"]?.string == "User") ? .user : .assistant
    }

    /// Fills in what is known beside the content.
    func shape(_ item: inout ItemRecord, _ time: Timestamp?) {
        item.createdAt = time
        if role == .assistant { item.model = json["model"]?.string }
        if json["unfinished"]?.bool == true { item.status = .incomplete }
        if item.key == id { item.extra = json.object?.extra(without: Self.known) ?? JSON.Object() }
        guard item.content.kind == .message else { return }
        switch json["feedback"]?["rating"]?.string {
        case "thumbsUp": item.rating = 1
        case "thumbsDown": item.rating = -1
        default: break
        }
    }

    /// The items it stands for; `content` says more than `text`, where it is there.
    func contents(_ notes: inout ImportNotes) -> [ItemContent] {
        guard json["error"]?.bool != true else {
            notes.add(.errorMessage)
            return []
        }
        var contents: [ItemContent] = []
        var parts: [JSON] = []
        for (index, part) in (json["content"]?.array ?? []).enumerated() {
            switch part["type"]?.string {
            case "text": addText(part, to: &parts)
            case "error": notes.add(.errorMessage)
            default:
                close(&parts, &contents)
                contents += items(part, index, &notes)
            }
        }
        if parts.isEmpty, contents.isEmpty, let text = json["text"]?.string, !text.isEmpty {
            parts.append(ForeignPart.text(text, of: role))
        }
        addFiles(to: &parts, &notes)
        close(&parts, &contents)
        if contents.isEmpty { notes.add(.emptyMessage) }
        return contents
    }

    private func addText(_ part: JSON, to parts: inout [JSON]) {
        guard let text = part["text"]?.string ?? part["text"]?["value"]?.string, !text.isEmpty else { return }
        parts.append(ForeignPart.text(text, of: role))
    }

    private func close(_ parts: inout [JSON], _ contents: inout [ItemContent]) {
        if !parts.isEmpty { contents.append(.message(role, parts)) }
        parts = []
    }

    private func items(_ part: JSON, _ index: Int, _ notes: inout ImportNotes) -> [ItemContent] {
        switch part["type"]?.string {
        case "think":
            let text = part["think"]?.string ?? part["think"]?["value"]?.string ?? ""
            return text.isEmpty ? [] : [.reasoning([text])]
        case "tool_call":
            let call = part["tool_call"] ?? part
            let id = call["id"]?.string ?? "\(id)-\(index)"
            let name = call["name"]?.string ?? call["function"]?["name"]?.string ?? "tool"
            let arguments = call["args"] ?? call["function"]?["arguments"]
            let item = ItemContent.call(id, name, arguments == .string("") ? nil : arguments)
            guard let output = call["output"]?.string ?? call["function"]?["output"]?.string else { return [item] }
            return [item, .result(id, .string(output))]
        case let kind:
            notes.add(.unknownContent)
            return [.unknown(.libreChat, kind ?? "part", ForeignSecrets.removed(from: part) ?? .null)]
        }
    }

    private func addFiles(to parts: inout [JSON], _ notes: inout ImportNotes) {
        for file in (json["files"]?.array ?? []) + (json["attachments"]?.array ?? []) {
            let name = file["filename"]?.string ?? file["name"]?.string ?? "file"
            notes.add(.missingFile)
            let isImage = file["type"]?.string?.hasPrefix("image/") == true
            parts.append(
                isImage ? ForeignPart.image(id: file["file_id"]?.string ?? name) : ForeignPart.file(name: name)
            )
        }
    }
}
