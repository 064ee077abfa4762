import Parley

/// Turns the content blocks of one message into items.
struct ClaudeBlocks {
    private let role: ItemContent.Role
    private let message: String
    private var said: [ItemContent] = []
    /// The parts of the message that is not finished yet.
    private var parts: [JSON] = []
    /// The calls that wait for their results.
    private var open: [String] = []

    init(role: ItemContent.Role, message: String) {
        self.role = role
        self.message = message
    }

    var isEmpty: Bool { said.isEmpty && parts.isEmpty }

    var finished: [ItemContent] {
        var blocks = self
        blocks.close()
        return blocks.said
    }

    mutating func addText(_ text: String) {
        if !text.isEmpty { parts.append(ForeignPart.text(text, of: role)) }
    }

    mutating func addPart(_ part: JSON) { parts.append(part) }

    mutating func add(_ block: JSON, _ index: Int, _ notes: inout ImportNotes) {
        switch block["type"]?.string {
        case "text": addText(block)
        case "thinking": addThinking(block)
        case "tool_use":
            let id = block["id"]?.string ?? "\(message)-\(index)"
            open.append(id)
            close(.call(id, block["name"]?.string ?? "tool", block["input"]))
        case "tool_result": addResult(block, index, &notes)
        case "token_budget": break
        case let kind:
            notes.add(.unknownContent)
            close(.unknown(.claude, kind ?? "block", ForeignSecrets.removed(from: block) ?? .null))
        }
    }

    /// With the pages it cites, where they have an address.
    private mutating func addText(_ block: JSON) {
        guard let text = block["text"]?.string, !text.isEmpty else { return }
        var part = ForeignPart.text(text, of: role)
        let annotations = (block["citations"]?.array ?? []).compactMap(Self.annotation)
        if role == .assistant, !annotations.isEmpty, var object = part.object {
            object["annotations"] = .array(annotations)
            part = .object(object)
        }
        parts.append(part)
    }

    private mutating func addThinking(_ block: JSON) {
        let summaries = (block["summaries"]?.array ?? []).compactMap { $0["summary"]?.string ?? $0.string }
        let text = block["thinking"]?.string ?? ""
        guard !text.isEmpty || !summaries.isEmpty else { return }
        close(.reasoning(text.isEmpty ? [] : [text], summaries: summaries))
    }

    private mutating func addResult(_ block: JSON, _ index: Int, _ notes: inout ImportNotes) {
        let output = Self.output(block["content"], &notes)
        let id = block["tool_use_id"]?.string
        let hasFailed = block["is_error"]?.bool == true
        if let place = open.lastIndex(where: { id == nil || $0 == id }) {
            close(.result(open.remove(at: place), output, hasFailed: hasFailed))
            return
        }
        notes.add(.addedCall)
        let added = id ?? "\(message)-\(index)"
        close(.call(added, block["name"]?.string ?? "tool", "{}"))
        close(.result(added, output, hasFailed: hasFailed))
    }

    private static func output(_ content: JSON?, _ notes: inout ImportNotes) -> JSON {
        guard let blocks = content?.array else { return .string(content?.string ?? content?.text ?? "") }
        return ForeignPart.output(
            blocks.map { block in
                if let text = block["text"]?.string { return ForeignPart.text(text, of: .user) }
                if block["type"]?.string == "image" {
                    notes.add(.missingFile)
                    return ForeignPart.image(
                        id: block["file_uuid"]?.string ?? block["source"]?["file_uuid"]?.string ?? ""
                    )
                }
                return ForeignPart.text((ForeignSecrets.removed(from: block) ?? .null).text, of: .user)
            }
        )
    }

    private static func annotation(_ citation: JSON) -> JSON? {
        guard let url = citation["url"]?.string ?? citation["details"]?["url"]?.string else { return nil }
        return [
            "type": "url_citation", "url": .string(url), "title": JSON(citation["title"]?.string ?? ""),
            "start_index": citation["start_index"] ?? 0, "end_index": citation["end_index"] ?? 0,
        ]
    }

    /// Ends the message that has been said so far, and adds an item behind it.
    private mutating func close(_ content: ItemContent? = nil) {
        if !parts.isEmpty { said.append(.message(role, parts)) }
        parts = []
        if let content { said.append(content) }
    }
}
