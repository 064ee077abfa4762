package import Parley

/// Translates between a chat's `messages` and items, losing nothing that either side has.
package enum ChatMessages {
    /// The items that messages stand for.
    ///
    /// One assistant message can be several: its text and its calls.
    package static func items(_ messages: [JSON]) throws -> [ItemContent] {
        try messages.enumerated().flatMap { index, message in
            guard let object = message.object else {
                throw ParleyError(.invalidType, "'messages[\(index)]' must be an object.", parameter: "messages")
            }
            return try items(object, index)
        }
    }

    private static func items(_ message: JSON.Object, _ index: Int) throws -> [ItemContent] {
        try checkContent(message["content"], "messages[\(index)].content")
        return switch message["role"]?.string {
        case "system", "developer", "user": [self.message(message)]
        case "assistant": assistant(message)
        case "tool": [result(message, callID: message["tool_call_id"])]
        case "function": [result(message, callID: message["name"])]
        case let role:
            throw ParleyError(
                role == nil ? .missingParameter : .invalidValue,
                role.map { "'\($0)' is not a role: system, developer, user, assistant, tool or function is." }
                    ?? "'messages[\(index)].role' is missing.",
                parameter: "messages[\(index)].role"
            )
        }
    }

    private static func checkContent(_ content: JSON?, _ path: String) throws {
        switch content {
        case nil, .null, .string: return
        case .array(let parts) where parts.allSatisfy { $0["type"]?.string != nil }: return
        default:
            throw ParleyError(
                .invalidType,
                "'\(path)' must be a string or an array of objects with a 'type'.",
                parameter: path
            )
        }
    }

    private static func message(_ message: JSON.Object) -> ItemContent {
        var message = message
        if let parts = message["content"]?.array { message["content"] = .array(parts.map(ChatParts.itemPart)) }
        if message["content"] == .null || message["content"] == nil { message["content"] = [] }
        return ItemContent(message.ordered(["type", "role", "content"], adding: ["type": "message"]))
    }

    private static func assistant(_ message: JSON.Object) -> [ItemContent] {
        var rest = message
        let calls = (message["tool_calls"]?.array ?? []).compactMap(call)
        let legacy = message["function_call"]?.object.map { [legacyCall($0)] } ?? []
        for name in ["tool_calls", "function_call", "refusal"] { rest[name] = nil }
        var parts = texts(message["content"])
        if let refusal = message["refusal"]?.string {
            parts.append(["type": "refusal", "refusal": .string(refusal)])
        }
        guard !parts.isEmpty || (calls + legacy).isEmpty else { return calls + legacy }
        rest["content"] = .array(parts)
        let said = ItemContent(rest.ordered(["type", "role", "content"], adding: ["type": "message"]))
        return [said] + calls + legacy
    }

    private static func texts(_ content: JSON?) -> [JSON] {
        switch content {
        case .string(let text): text.isEmpty ? [] : [ItemContent.textPart(text, of: .assistant)]
        case .array(let parts): parts.map { ChatParts.itemPart($0, role: .assistant) }
        default: []
        }
    }

    private static func call(_ call: JSON) -> ItemContent? {
        guard let object = call.object, let function = call["function"]?.object else { return nil }
        var item = JSON.Object([.init(name: "type", value: "function_call")])
        item["call_id"] = string(object["id"])
        item["name"] = string(function["name"])
        item["arguments"] = string(function["arguments"])
        return ItemContent(item)
    }

    private static func legacyCall(_ function: JSON.Object) -> ItemContent {
        var item = JSON.Object([.init(name: "type", value: "function_call")])
        item["call_id"] = string(function["name"])
        item["name"] = string(function["name"])
        item["arguments"] = string(function["arguments"])
        return ItemContent(item)
    }

    /// A string, as items must have there; anything else as the JSON that it is.
    private static func string(_ value: JSON?) -> JSON {
        switch value {
        case nil, .null: ""
        case .string(let text): .string(text)
        case .some(let value): .string(value.text)
        }
    }

    private static func result(_ message: JSON.Object, callID: JSON?) -> ItemContent {
        var item = JSON.Object([.init(name: "type", value: "function_call_output")])
        item["call_id"] = string(callID)
        if let parts = message["content"]?.array {
            item["output"] = .array(parts.map(ChatParts.itemPart))
        } else {
            item["output"] = string(message["content"])
        }
        return ItemContent(item)
    }
}

extension ChatMessages {
    /// Writes the messages that items stand for.
    ///
    /// Calls join the assistant message before them; reasoning is left out, as chat upstreams do not take it back.
    package static func write(_ contents: [ItemContent], to writer: inout JSONWriter) {
        writer.value(.array(messages(contents)))
    }

    /// The messages that items stand for, as ``write(_:to:)`` writes them.
    package static func messages(_ contents: [ItemContent]) -> [JSON] {
        var messages = MessageList()
        for content in contents { messages.add(content) }
        return messages.finished
    }

    private struct MessageList {
        private var messages: [JSON] = []
        /// The assistant message that further calls join.
        private var open: JSON.Object?

        mutating func add(_ content: ItemContent) {
            switch content.kind {
            case .message where content.role == .assistant:
                close()
                open = ChatParts.chatMessage(content)
            case .message:
                close()
                messages.append(.object(ChatParts.chatMessage(content)))
            case .functionCall:
                var message =
                    open ?? .init([.init(name: "role", value: "assistant"), .init(name: "content", value: .null)])
                message["tool_calls"] = .array((message["tool_calls"]?.array ?? []) + [ChatParts.toolCall(content)])
                open = message
            case .functionCallOutput:
                close()
                messages.append(ChatParts.toolMessage(content))
            case .compaction:
                close()
                let summary = Compaction(summary: content.text, covers: 0, model: "").message
                messages.append(.object(ChatParts.chatMessage(summary)))
            case .reasoning, .other: break
            }
        }

        private mutating func close() {
            if let open { messages.append(.object(open)) }
            open = nil
        }

        var finished: [JSON] {
            var list = self
            list.close()
            return list.messages
        }
    }
}

extension JSON.Object {
    /// The object with some members first, in a given order, so that equal things are written equally.
    func ordered(_ names: [String], adding more: [String: JSON]) -> Self {
        var result = JSON.Object()
        for name in names { if let value = more[name] ?? self[name] { result.append(name, value) } }
        for member in members where !names.contains(member.name) { result.append(member.name, member.value) }
        return result
    }
}
