import Parley

/// One message of a conversation.
struct ClaudeMessage {
    let id: String
    let parent: String?
    let time: JSON?
    private let json: JSON
    private let role: ItemContent.Role

    private static let known: Set = [
        "uuid", "sender", "text", "content", "created_at", "parent_message_uuid", "attachments", "files", "files_v2",
        "index", "updated_at",
    ]

    init(_ json: JSON, number: Int) {
        self.json = json
        id = json["uuid"]?.string ?? String(number)
        parent = json["parent_message_uuid"]?.string
        time = json["created_at"]
        role = json["sender"]?.string == "assistant" ? .assistant : .user
    }

    /// What is kept beside its first item.
    var extra: JSON.Object { json.object?.extra(without: Self.known) ?? JSON.Object() }

    /// The items it stands for, in the order in which models take them: a tool's answer, which lies inside the
    /// assistant's message here, stands behind its call and before what is said next.
    func contents(_ notes: inout ImportNotes) -> [ItemContent] {
        var blocks = ClaudeBlocks(role: role, message: id)
        for (index, block) in (json["content"]?.array ?? []).enumerated() { blocks.add(block, index, &notes) }
        if blocks.isEmpty { blocks.addText(flattened(&notes)) }
        addFiles(to: &blocks, &notes)
        let contents = blocks.finished
        if contents.isEmpty { notes.add(.emptyMessage) }
        return contents
    }

    /// The text where there are no blocks, without the words that stand for what could not be shown.
    private func flattened(_ notes: inout ImportNotes) -> String {
        let text = json["text"]?.string ?? ""
        guard text.contains(Self.placeholder) else { return text }
        notes.add(.placeholder)
        let fenced = "```\n\(Self.placeholder)\n```"
        return text.replacing(fenced, with: "").replacing(Self.placeholder, with: "")
            .trimmingSpace()
    }

    private static let placeholder = "This block is not supported on your current device yet."

    private func addFiles(to blocks: inout ClaudeBlocks, _ notes: inout ImportNotes) {
        for attachment in json["attachments"]?.array ?? [] {
            let name = attachment["file_name"]?.string ?? "attachment"
            if let text = attachment["extracted_content"]?.string, !text.isEmpty {
                blocks.addPart(ForeignPart.file(name: name.isEmpty ? "attachment" : name, text: text))
            } else {
                notes.add(.missingFile)
                blocks.addPart(ForeignPart.file(name: name))
            }
        }
        for file in json["files"]?.array ?? [] {
            notes.add(.missingFile)
            blocks.addPart(ForeignPart.file(name: file["file_name"]?.string ?? file["file_uuid"]?.string ?? "file"))
        }
    }
}
