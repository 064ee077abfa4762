import Parley

/// The message of a node.
struct ChatGPTMessage {
    private(set) var id: String?
    private(set) var time: JSON?
    private var role = ItemContent.Role.user
    private var isTool = false
    private var toolName: String?
    private var recipient = "all"
    private var content: JSON = .null
    private var metadata = JSON.Object()
    /// What is told neither by the item nor by its place.
    private var rest = JSON.Object()

    /// Read in one pass, for there are many.
    init(_ object: JSON.Object) {
        for member in object.members {
            switch member.name {
            case "id": id = member.value.string
            case "author": readAuthor(member.value)
            case "create_time": time = member.value
            case "content": content = member.value
            case "recipient": recipient = member.value.string ?? "all"
            case "metadata": metadata = member.value.object ?? JSON.Object()
            case "status" where member.value == "finished_successfully": break
            case "weight" where member.value.double == 1: break
            case "end_turn" where member.value.bool != nil: break
            default: rest.append(member.name, member.value)
            }
        }
    }

    private mutating func readAuthor(_ author: JSON) {
        let name = author["role"]?.string ?? "user"
        isTool = name == "tool"
        role = ItemContent.Role(rawValue: name) ?? .assistant
        toolName = author["name"]?.string
        let kept = author.object?.extra(without: isTool ? ["role", "name"] : ["role"]) ?? JSON.Object()
        if !kept.members.isEmpty { rest.append("author", .object(kept)) }
    }

    var model: String? { role == .assistant && !isTool ? metadata["model_slug"]?.string : nil }

    var isUnfinished: Bool {
        ["in_progress", "finished_partial_completion"].contains(rest["status"]?.string)
    }

    private var kind: String { content["content_type"]?.string ?? "text" }

    private var isHidden: Bool {
        metadata["is_visually_hidden_from_conversation"]?.bool == true
            || metadata["is_user_system_message"]?.bool == true || kind == "user_editable_context"
            || kind == "model_editable_context"
    }

    /// What the user had told the model in advance, when it is that.
    var instructions: JSON? {
        if kind == "user_editable_context" { return ForeignSecrets.removed(from: content) }
        guard metadata["is_user_system_message"]?.bool == true else { return nil }
        return metadata["user_context_message_data"].flatMap(ForeignSecrets.removed)
    }

    /// What the model remembered of earlier conversations, when it is that.
    var memory: JSON? { kind == "model_editable_context" ? ForeignSecrets.removed(from: content) : nil }

    /// What is kept beside the item.
    func extra(parent: String?) -> JSON.Object {
        var extra = rest.extra(without: [])
        let content = ChatGPTMessageContent(content).rest
        if !content.members.isEmpty { extra.append("content", .object(content)) }
        var metadata = metadata
        if metadata["parent_id"]?.string == parent { metadata["parent_id"] = nil }
        let kept = metadata.extra(without: ["model_slug"])
        if !kept.members.isEmpty { extra.append("metadata", .object(kept)) }
        return extra
    }
}

extension ChatGPTMessage {
    /// The items that a message stands for, and the call that waits for its result after them.
    struct Said {
        var contents: [ItemContent]
        var openCall: String?
    }

    /// What was said; `nil` when there is nothing to keep.
    func said(_ openCall: String?, _ id: String, _ notes: inout ImportNotes) -> Said? {
        if isHidden {
            notes.add(.hiddenMessage)
            return nil
        }
        if isTool { return result(openCall, id, &notes) }
        switch kind {
        case "thoughts": return thoughts(&notes).map { Said(contents: [$0], openCall: openCall) }
        case "reasoning_recap":
            notes.add(.recap)
            return nil
        case "system_error":
            notes.add(.errorMessage)
            return nil
        default: break
        }
        let content = ChatGPTMessageContent(content)
        if role == .assistant, recipient != "all" {
            return Said(contents: [.call(id, recipient, content.plainText)], openCall: id)
        }
        guard let parts = content.parts(of: role, &notes) else {
            notes.add(.unknownContent)
            let kept = ForeignSecrets.removed(from: self.content) ?? .null
            return Said(contents: [.unknown(.chatGPT, kind, kept)], openCall: openCall)
        }
        let all = annotated(parts) + files(besides: parts, &notes)
        guard !all.isEmpty else {
            notes.add(.emptyMessage)
            return nil
        }
        return Said(contents: [.message(role, all)], openCall: openCall)
    }

    /// The files that a person attached; pictures are among the parts already.
    private func files(besides parts: [JSON], _ notes: inout ImportNotes) -> [JSON] {
        guard role == .user, let attachments = metadata["attachments"]?.array else { return [] }
        let shown = parts.compactMap { $0["file_id"]?.string }
        return attachments.compactMap { attachment in
            let id = attachment["id"]?.string
            guard let name = attachment["name"]?.string ?? id else { return nil }
            if let id, shown.contains(where: { $0.hasSuffix(id) }) { return nil }
            notes.add(.missingFile)
            return ForeignPart.file(name: name)
        }
    }

    /// What a tool answered; one that nobody called gets a call, for without one no model takes it.
    private func result(_ openCall: String?, _ id: String, _ notes: inout ImportNotes) -> Said {
        let output = ChatGPTMessageContent(content).output(&notes)
        if let openCall { return Said(contents: [.result(openCall, output)], openCall: nil) }
        notes.add(.addedCall)
        return Said(contents: [.call(id, toolName ?? "tool", "{}"), .result(id, output)], openCall: nil)
    }

    private func thoughts(_ notes: inout ImportNotes) -> ItemContent? {
        let thoughts = content["thoughts"]?.array ?? []
        let texts = thoughts.compactMap { $0["content"]?.string }.filter { !$0.isEmpty }
        let summaries = thoughts.compactMap { $0["summary"]?.string }.filter { !$0.isEmpty }
        guard !texts.isEmpty || !summaries.isEmpty else {
            notes.add(.emptyMessage)
            return nil
        }
        return .reasoning(texts, summaries: summaries)
    }

    /// The parts with the web pages that the first of them cites.
    private func annotated(_ parts: [JSON]) -> [JSON] {
        guard role == .assistant, let citations = metadata["citations"]?.array, !citations.isEmpty else { return parts }
        let annotations = citations.compactMap(Self.annotation)
        guard !annotations.isEmpty, var first = parts.first?.object, first["type"] == "output_text" else {
            return parts
        }
        first["annotations"] = .array(annotations)
        return [.object(first)] + parts.dropFirst()
    }

    private static func annotation(_ citation: JSON) -> JSON? {
        guard let url = citation["metadata"]?["url"]?.string else { return nil }
        return [
            "type": "url_citation", "url": .string(url), "title": JSON(citation["metadata"]?["title"]?.string ?? ""),
            "start_index": citation["start_ix"] ?? 0, "end_index": citation["end_ix"] ?? 0,
        ]
    }
}
