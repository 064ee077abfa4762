import Parley

/// A list of conversations as ChatGPT's own data export has them.
struct ChatGPTExport: ExportWriter {
    private var isFirst = true
    private var tree = TreeSkeleton()
    private var conversation: ExportedConversation?
    private var calls = CallNames()

    private static let root = "client-created-root"

    mutating func begin(_ header: CanonicalHeader) -> [UInt8] { Array("[".utf8) }

    mutating func begin(_ conversation: ExportedConversation) -> [UInt8] {
        self.conversation = conversation
        tree = TreeSkeleton()
        calls = CallNames()
        defer { isFirst = false }
        return Array(isFirst ? "\n".utf8 : ",\n".utf8)
    }

    mutating func survey(_ item: ExportedItem) {
        tree.add(item.record.key, parent: item.record.parent, isKept: item.isAlive)
    }

    mutating func beginItems() -> [UInt8] {
        guard let conversation else { return [] }
        var head = JSONWriter()
        head.raw("{\"title\":")
        head.string(conversation.conversation.title)
        head.raw(",\"create_time\":")
        head.value(.seconds(conversation.conversation.createdAt))
        head.raw(",\"update_time\":")
        head.value(.seconds(conversation.conversation.updatedAt))
        head.raw(",\"mapping\":{")
        let instructions = conversation.conversation.settings.instructions
        node(Self.root, nil, instructions == nil ? tree.roots.map { tree.keys[$0] } : ["instructions"], nil, &head)
        if let instructions {
            head.raw(",\n")
            let message = message("instructions", "system", .text(instructions), conversation.conversation.createdAt)
            node("instructions", Self.root, tree.roots.map { tree.keys[$0] }, message, &head)
        }
        return head.bytes
    }

    mutating func add(_ item: ExportedItem) -> [UInt8] {
        guard item.isAlive else { return [] }
        let hasInstructions = conversation?.conversation.settings.instructions != nil
        let key = item.record.key
        var line = JSONWriter()
        line.raw(",\n")
        let parent = tree.parent(of: key) ?? (hasInstructions ? "instructions" : Self.root)
        node(key, parent, tree.children(of: key), message(item), &line)
        return line.bytes
    }

    mutating func endConversation() -> [UInt8] {
        guard let conversation else { return [] }
        let record = conversation.record
        let own = conversation.conversation.id.text
        let id = JSON.string(record.source == "chatgpt" ? record.sourceID ?? own : own)
        let end: [(String, JSON)] = [
            ("moderation_results", []), ("current_node", JSON(tree.nearest(record.tip) ?? Self.root)),
            ("plugin_ids", nil), ("conversation_id", id), ("conversation_template_id", nil), ("gizmo_id", nil),
            ("is_archived", .bool(record.archived)), ("is_starred", .bool(record.pinned)), ("safe_urls", []),
            ("default_model_slug", JSON(record.model)), ("id", id),
        ]
        let members = JSON.Object(end.map { .init(name: $0.0, value: $0.1) })
        return Array("},".utf8) + JSON.object(members).encoded.dropFirst()
    }

    mutating func end() -> [UInt8] { Array("\n]\n".utf8) }
}

extension ChatGPTExport {
    private func node(
        _ key: String,
        _ parent: String?,
        _ children: [String],
        _ message: JSON?,
        _ line: inout JSONWriter
    ) {
        line.string(key)
        line.raw(":")
        line.value([
            "id": .string(key), "message": message ?? .null, "parent": JSON(parent),
            "children": .array(children.map(JSON.string)),
        ])
    }

    private mutating func message(_ item: ExportedItem) -> JSON {
        let content = item.item.content
        calls.note(content)
        let (role, body) = ChatGPTContent.of(content)
        var object = message(item.record.key, role, body, item.item.createdAt).object ?? .init()
        if let model = item.model { object["metadata"] = ["model_slug": .string(model)] }
        if content.kind == .functionCall { object["recipient"] = content.json["name"] ?? "all" }
        if content.kind == .functionCallOutput {
            object["author"] = ["role": "tool", "name": JSON(calls.name(of: content)), "metadata": [:]]
        }
        if item.item.status == .incomplete { object["status"] = "in_progress" }
        return .object(object)
    }

    private func message(_ key: String, _ role: String, _ body: ChatGPTContent, _ time: Timestamp) -> JSON {
        [
            "id": .string(key), "author": ["role": .string(role), "name": nil, "metadata": [:]],
            "create_time": .seconds(time), "update_time": nil, "content": body.json,
            "status": "finished_successfully", "end_turn": role == "assistant" ? true : nil, "weight": .number("1.0"),
            "metadata": [:], "recipient": "all", "channel": nil,
        ]
    }
}

/// The content of a message in ChatGPT's export.
enum ChatGPTContent {
    case text(String)
    case parts([JSON])
    case code(String)
    case thoughts(String)

    /// With the role of its author.
    static func of(_ content: ItemContent) -> (role: String, body: ChatGPTContent) {
        switch content.kind {
        case .message: (content.json["role"]?.string ?? "user", message(content))
        case .functionCall: ("assistant", .code(content.json["arguments"]?.string ?? ""))
        case .functionCallOutput: ("tool", .text(ShownPart.text(of: content)))
        case .reasoning: ("assistant", .thoughts(content.text))
        case .compaction: ("system", .text(content.text))
        case .other: ("system", .text(JSON.object(content.json).text))
        }
    }

    private static func message(_ content: ItemContent) -> ChatGPTContent {
        let parts = ShownPart.parts(of: content)
        let texts = parts.compactMap { if case .text(let text) = $0 { text } else { nil } }
        guard texts.count < parts.count else { return .text(texts.joined(separator: "\n")) }
        return .parts(
            parts.map { part in
                switch part {
                case .text(let text): .string(text)
                case .image(let url): ["content_type": "image_asset_pointer", "asset_pointer": .string(url)]
                case .attachment(let name): .string("[\(name)]")
                }
            }
        )
    }

    var json: JSON {
        switch self {
        case .text(let text): ["content_type": "text", "parts": [.string(text)]]
        case .parts(let parts): ["content_type": "multimodal_text", "parts": .array(parts)]
        case .code(let text): ["content_type": "code", "language": "json", "text": .string(text)]
        case .thoughts(let text):
            ["content_type": "thoughts", "thoughts": [["summary": "", "content": .string(text)]]]
        }
    }
}
