import Parley

/// Translates the parts of messages: chat says `text` and `image_url` where items say `input_text` and `input_image`.
enum ChatParts {
    static func itemPart(_ part: JSON) -> JSON { itemPart(part, role: .user) }

    static func itemPart(_ part: JSON, role: ItemContent.Role) -> JSON {
        guard var object = part.object else { return part }
        switch object["type"]?.string {
        case "text":
            object["type"] = role == .assistant ? "output_text" : "input_text"
            if role == .assistant, object["annotations"] == nil { object["annotations"] = [] }
            if role == .assistant, object["logprobs"] == nil { object["logprobs"] = [] }
        case "image_url":
            object["type"] = "input_image"
            if let image = object["image_url"]?.object {
                object["image_url"] = image["url"]
                object["detail"] = image["detail"] ?? object["detail"]
            }
        case "file":
            guard let file = object["file"]?.object else { return part }
            object = .init([.init(name: "type", value: "input_file")] + file.members)
        default: return part
        }
        return .object(object)
    }

    static func chatMessage(_ content: ItemContent) -> JSON.Object {
        var message = JSON.Object()
        message.append("role", content.json["role"] ?? "user")
        message.append("content", chatContent(content))
        for part in content.parts { if let refusal = part["refusal"] { message["refusal"] = refusal } }
        for member in content.json.members where !["type", "role", "content"].contains(member.name) {
            message.append(member.name, member.value)
        }
        return message
    }

    /// A single text goes out as a string, which every upstream takes.
    private static func chatContent(_ content: ItemContent) -> JSON {
        let parts = content.parts.filter { $0["refusal"] == nil }
        let texts = parts.compactMap { $0["text"]?.string }
        if texts.count == parts.count, texts.count <= 1 || content.role == .assistant {
            return .string(texts.joined())
        }
        return .array(parts.map(chatPart))
    }

    private static func chatPart(_ part: JSON) -> JSON {
        guard var object = part.object else { return part }
        switch object["type"]?.string {
        case "input_text", "output_text": return ["type": "text", "text": object["text"] ?? ""]
        case "input_image" where object["image_url"]?.string == nil:
            return absent("image", object)
        case "input_file" where isForeign(object): return absent("file", object)
        case "input_image":
            var image = JSON.Object([.init(name: "url", value: object["image_url"] ?? "")])
            if let detail = object["detail"] { image.append("detail", detail) }
            return ["type": "image_url", "image_url": .object(image)]
        case "input_file":
            object["type"] = nil
            return ["type": "file", "file": .object(object)]
        default: return part
        }
    }

    /// A file that another program has and we know by its name only.
    private static func isForeign(_ file: JSON.Object) -> Bool {
        ["file_data", "file_url", "file_id"].allSatisfy { file[$0]?.string == nil }
    }

    /// What stands for a picture or file that is not here: no upstream takes a part without it.
    private static func absent(_ kind: String, _ object: JSON.Object) -> JSON {
        let name = object["filename"]?.string ?? object["file_id"]?.string ?? ""
        return ["type": "text", "text": .string("[\(kind) \(name)]")]
    }

    static func toolCall(_ content: ItemContent) -> JSON {
        [
            "id": content.json["call_id"] ?? "", "type": "function",
            "function": ["name": content.json["name"] ?? "", "arguments": content.json["arguments"] ?? ""],
        ]
    }

    static func toolMessage(_ content: ItemContent) -> JSON {
        [
            "role": "tool", "tool_call_id": content.json["call_id"] ?? "", "content": .string(content.text),
        ]
    }
}
