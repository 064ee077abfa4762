import Parley

/// A list of chats as Open WebUI exports and imports them.
///
/// What a person and a model said, with reasoning folded into the answer behind it; instructions go into the chat's
/// parameters. Calls and their results have no place there.
struct OpenWebUIExport: ExportWriter {
    private(set) var leftOut = ExportLeftOut()
    private var isFirst = true
    private var isFirstMessage = true
    private var tree = TreeSkeleton()
    private var conversation: ExportedConversation?
    /// The instructions that stand in front of what was said.
    private var instructions: [String] = []
    /// Reasoning for the answer that follows.
    private var reasoning: [String] = []
    private var models: [String] = []

    mutating func begin(_ header: CanonicalHeader) -> [UInt8] { Array("[".utf8) }

    mutating func begin(_ conversation: ExportedConversation) -> [UInt8] {
        self.conversation = conversation
        tree = TreeSkeleton()
        isFirstMessage = true
        instructions = [conversation.conversation.settings.instructions].compactMap(\.self)
        reasoning = []
        models = []
        defer { isFirst = false }
        return Array(isFirst ? "\n".utf8 : ",\n".utf8)
    }

    mutating func survey(_ item: ExportedItem) {
        let content = item.item.content
        tree.add(item.record.key, parent: item.record.parent, isKept: item.isAlive && Self.isKept(content))
        if item.isAlive, content.isInstruction, tree.roots.isEmpty { instructions.append(content.text) }
        if let model = item.model, !models.contains(model), models.count < 16 { models.append(model) }
    }

    private static func isKept(_ content: ItemContent) -> Bool {
        content.kind == .message && (content.role == .user || content.role == .assistant)
    }

    mutating func beginItems() -> [UInt8] {
        guard let conversation else { return [] }
        let shown = conversation.conversation
        var head = JSONWriter()
        head.raw("{\"id\":")
        head.string(shown.id.text)
        head.raw(",\"user_id\":\"\",\"title\":")
        head.string(shown.title)
        head.raw(",\"chat\":{\"title\":")
        head.string(shown.title)
        head.raw(",\"models\":")
        head.value(.array(models.map(JSON.string)))
        head.raw(",\"params\":")
        head.value(instructions.isEmpty ? [:] : ["system": .string(instructions.joined(separator: "\n\n"))])
        head.raw(",\"files\":[],\"tags\":")
        head.value(.array(shown.tags.map(JSON.string)))
        head.raw(",\"timestamp\":")
        head.value(JSON(shown.createdAt.milliseconds))
        head.raw(",\"history\":{\"currentId\":")
        head.value(JSON(tree.nearest(conversation.record.tip)))
        head.raw(",\"messages\":{")
        return head.bytes
    }

    mutating func add(_ item: ExportedItem) -> [UInt8] {
        guard item.isAlive else { return [] }
        let content = item.item.content
        guard Self.isKept(content) else {
            if content.kind == .reasoning {
                reasoning.append(content.text)
            } else if !content.isInstruction {
                leftOut.items += 1
            }
            return []
        }
        defer {
            isFirstMessage = false
            reasoning = []
        }
        var line = JSONWriter()
        line.raw(isFirstMessage ? "\n" : ",\n")
        line.string(item.record.key)
        line.raw(":")
        line.value(.object(message(item)))
        return line.bytes
    }

    private func message(_ item: ExportedItem) -> JSON.Object {
        let key = item.record.key
        let content = item.item.content
        let isAnswer = content.role == .assistant
        let thoughts = isAnswer ? reasoning.map(Self.details).joined() : ""
        var message = JSON.Object([
            .init(name: "id", value: .string(key)), .init(name: "parentId", value: JSON(tree.parent(of: key))),
            .init(name: "childrenIds", value: .array(tree.children(of: key).map(JSON.string))),
            .init(name: "role", value: isAnswer ? "assistant" : "user"),
            .init(name: "content", value: .string(thoughts + ShownPart.text(of: content))),
            .init(name: "timestamp", value: JSON(item.item.createdAt.seconds)),
        ])
        guard isAnswer else {
            message.append("models", .array(models.map(JSON.string)))
            return message
        }
        message.append("model", JSON(item.model ?? ""))
        message.append("modelName", JSON(item.model ?? ""))
        message.append("modelIdx", 0)
        message.append("done", .bool(item.item.status == .completed))
        if let rating = item.record.rating { message.append("annotation", ["rating": JSON(rating)]) }
        return message
    }

    private static func details(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { "> \($0)" }
        return
            "<details type=\"reasoning\" done=\"true\">\n<summary>Thought</summary>\n\(lines.joined(separator: "\n"))\n"
            + "</details>\n"
    }

    mutating func endConversation() -> [UInt8] {
        guard let conversation else { return [] }
        let shown = conversation.conversation
        let end: JSON = [
            "share_id": nil, "folder_id": nil, "archived": .bool(shown.archived), "pinned": .bool(shown.pinned),
            "meta": ["tags": .array(shown.tags.map(JSON.string))], "created_at": JSON(shown.createdAt.seconds),
            "updated_at": JSON(shown.updatedAt.seconds),
        ]
        return Array("\n}}},".utf8) + end.encoded.dropFirst()
    }

    mutating func end() -> [UInt8] { Array("\n]\n".utf8) }
}
