package import Parley

extension ItemObject {
    /// The most items that one request may create.
    package static let limit = 20

    /// The most parts of one message.
    private static let partLimit = 256

    /// Reads items that are to be stored.
    ///
    /// - Throws: errors that name the item and the member that are wrong.
    package static func drafts(_ list: [JSON], parameter: String) throws -> [ItemDraft] {
        guard list.count <= limit else {
            throw ParleyError(
                .arrayTooLong,
                "Invalid '\(parameter)': array too long. Expected at most \(limit) elements, got \(list.count).",
                parameter: parameter
            )
        }
        return try contents(list, parameter: parameter).map { ItemDraft($0) }
    }

    /// Reads `input` as a turn takes it: a text is one user message.
    package static func input(_ value: JSON?, parameter: String) throws -> [ItemContent] {
        switch value {
        case nil, .null: []
        case .string(let text): [ItemContent(role: .user, text: text)]
        case .array(let list): try contents(list, parameter: parameter)
        default:
            throw ParleyError(.invalidType, "'\(parameter)' must be a string or an array.", parameter: parameter)
        }
    }

    /// The id that an element of an input refers to, instead of being an item itself.
    package static func reference(_ element: JSON) -> String? {
        guard let object = element.object, let id = element["id"]?.string else { return nil }
        let type = element["type"]?.string
        let isBare = type == nil && element["role"] == nil && element["content"] == nil
        return type == "item_reference" || (isBare && object.members.count <= 2) ? id : nil
    }

    private static func contents(_ list: [JSON], parameter: String) throws -> [ItemContent] {
        try list.enumerated().map { index, element in
            let path = "\(parameter)[\(index)]"
            guard let object = element.object else {
                throw ParleyError(.invalidType, "'\(path)' must be an object.", parameter: path)
            }
            return try content(object, path)
        }
    }

    /// Reads one item, which errors call `path`.
    static func content(_ object: JSON.Object, _ path: String) throws -> ItemContent {
        let members = ObjectMembers(object, path: "\(path).")
        var object = object
        switch try members.string("type") ?? "message" {
        case "message": return try message(object, members, path)
        case "function_call":
            for name in ["call_id", "name"] { _ = try members.requiredString(name) }
            if try members.string("arguments") == nil { object["arguments"] = "" }
        case "function_call_output":
            _ = try members.requiredString("call_id")
            guard let output = members["output"] else { throw missing("\(path).output") }
            guard output.string != nil || output.array != nil else {
                throw wrongType("\(path).output", "a string or an array")
            }
        case "reasoning":
            if try members.array("summary") == nil { object["summary"] = [] }
        case "item_reference":
            throw ParleyError(.invalidValue, "'\(path)' refers to an item; send the item itself.", parameter: path)
        case "compaction": return try compaction(object, members, path)
        default: break
        }
        return ItemContent(object)
    }

    private static func message(_ object: JSON.Object, _ members: ObjectMembers, _ path: String) throws -> ItemContent {
        let name = try members.requiredString("role")
        guard let role = ItemContent.Role(rawValue: name), role != .other else {
            throw ParleyError(
                .invalidValue,
                "'\(path).role' must be 'user', 'assistant', 'system' or 'developer'.",
                parameter: "\(path).role"
            )
        }
        var object = object
        switch members["content"] {
        case .string: break
        case .array(let parts): object["content"] = .array(try self.parts(parts, of: role, path))
        case nil: throw missing("\(path).content")
        default:
            throw wrongType("\(path).content", "a string or an array")
        }
        return ItemContent(object)
    }

    private static func parts(_ parts: [JSON], of role: ItemContent.Role, _ path: String) throws -> [JSON] {
        guard parts.count <= partLimit else {
            throw ParleyError(
                .arrayTooLong,
                "'\(path).content' must have at most \(partLimit) parts.",
                parameter: "\(path).content"
            )
        }
        return try parts.enumerated().map { index, part in
            let path = "\(path).content[\(index)]"
            guard let type = part["type"]?.string else { throw wrongType(path, "an object with a 'type'") }
            if let name = textMembers[type], part[name]?.string == nil {
                throw wrongType("\(path).\(name)", "a string")
            }
            return completed(ChatParts.itemPart(part, role: role))
        }
    }

    /// The member that holds the words of a part, by the part's type.
    private static let textMembers = [
        "text": "text", "input_text": "text", "output_text": "text", "refusal": "refusal",
    ]

    /// A text of the model with the members that typed clients require.
    private static func completed(_ part: JSON) -> JSON {
        guard var object = part.object, object["type"] == "output_text" else { return part }
        for name in ["annotations", "logprobs"] where object[name] == nil { object[name] = [] }
        return .object(object)
    }

    /// A compaction that a client brings along stands for itself: what it covered is not in this path.
    private static func compaction(
        _ object: JSON.Object,
        _ members: ObjectMembers,
        _ path: String
    ) throws -> ItemContent {
        _ = try members.requiredString("summary")
        var object = object
        object["covers"] = nil
        return ItemContent(object)
    }

    private static func wrongType(_ path: String, _ expected: String) -> ParleyError {
        ParleyError(.invalidType, "'\(path)' must be \(expected).", parameter: path)
    }

    private static func missing(_ path: String) -> ParleyError {
        ParleyError(.missingParameter, "Missing required parameter: '\(path)'.", parameter: path)
    }
}
