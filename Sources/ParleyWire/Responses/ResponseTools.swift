import Parley

/// `tools` and `tool_choice` of a request.
///
/// Functions, which any chat upstream can be offered. The tools that OpenAI's platform runs itself are refused.
package struct ResponseTools: Sendable {
    private let functions: [JSON.Object]
    private let choice: JSON?

    init(_ members: ObjectMembers) throws {
        functions = try (members.array("tools") ?? []).enumerated().map { try Self.function($1, "tools[\($0)]") }
        choice = members["tool_choice"]
        try checkChoice()
    }

    private static func function(_ tool: JSON, _ path: String) throws -> JSON.Object {
        guard let object = tool.object, let type = object["type"]?.string else {
            throw ParleyError(.invalidType, "'\(path)' must be an object with a 'type'.", parameter: path)
        }
        guard type == "function" else {
            throw ParleyError(
                .unsupportedParameter,
                "'\(path)': tools of type '\(type)' run on OpenAI's platform. Offer a function instead.",
                parameter: path
            )
        }
        let members = ObjectMembers(object, path: "\(path).")
        _ = try members.requiredString("name")
        _ = try members.string("description")
        _ = try members.object("parameters")
        _ = try members.bool("strict")
        return object
    }

    private func checkChoice() throws {
        switch choice {
        case nil: return
        case .string(let word) where ["none", "auto", "required"].contains(word): return
        case .object(let object) where object["type"] == "allowed_tools": return
        case .object(let object) where object["type"] == "function":
            _ = try ObjectMembers(object, path: "tool_choice.").requiredString("name")
        default:
            throw ParleyError(
                .invalidValue,
                "'tool_choice' must be 'none', 'auto', 'required', or name a function.",
                parameter: "tool_choice"
            )
        }
    }

    package var isEmpty: Bool { functions.isEmpty }

    /// The schemas as text, for counting.
    package var text: String? { functions.isEmpty ? nil : JSON.array(functions.map(JSON.object)).text }

    /// As the response repeats them, with the members that typed clients require.
    var echo: JSON {
        .array(
            functions.map { function in
                var function = function
                if function["parameters"] == nil { function["parameters"] = .null }
                if function["strict"] == nil || function["strict"] == .null { function["strict"] = true }
                return .object(function)
            }
        )
    }

    var choiceEcho: JSON { choice ?? "auto" }

    /// The members of a chat request that mean the same.
    var chat: [JSON.Object.Member] {
        guard !functions.isEmpty else { return [] }
        var members = [JSON.Object.Member(name: "tools", value: .array(functions.map(Self.chat)))]
        if let choice { members.append(.init(name: "tool_choice", value: Self.chat(choice: choice))) }
        return members
    }

    private static func chat(_ function: JSON.Object) -> JSON {
        let inner = function.members.filter { $0.name != "type" && $0.value != .null }
        return ["type": "function", "function": .object(.init(inner))]
    }

    private static func chat(choice: JSON) -> JSON {
        guard let object = choice.object else { return choice }
        guard object["type"] == "allowed_tools" else {
            return ["type": "function", "function": ["name": object["name"] ?? ""]]
        }
        let tools = (object["tools"]?.array ?? []).map { chat(choice: $0) }
        return ["type": "allowed_tools", "allowed_tools": ["mode": object["mode"] ?? "auto", "tools": .array(tools)]]
    }
}
