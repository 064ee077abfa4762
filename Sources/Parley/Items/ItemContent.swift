/// What an item says: its kind and its exact JSON, without our id, times and status.
///
/// The JSON has the shape of OpenAI's conversation items. Fields and kinds that nobody knows yet stay in it.
package struct ItemContent: Hashable, Sendable {
    package var kind: Kind
    /// Of a message.
    package var role: Role?
    package var json: JSON.Object

    package enum Kind: String, Sendable {
        case message
        case functionCall = "function_call"
        case functionCallOutput = "function_call_output"
        case reasoning
        case compaction
        /// Any other `type`; the JSON says which.
        case other
    }

    package enum Role: String, Sendable {
        case system
        case developer
        case user
        case assistant
        /// A role that nobody knows yet; the JSON says which.
        case other
    }

    /// The members that are ours to say of an item.
    package static let ours = ["id", "status", "created_at", "response_id", "pinned", "rating"]

    /// Takes an item's JSON as it came: `type` may be missing for a message, `content` may be a plain string.
    ///
    /// ``ours`` are dropped.
    package init(_ object: JSON.Object) {
        var object = object
        for name in Self.ours { object[name] = nil }
        let type = object["type"]?.string ?? "message"
        kind = Kind(rawValue: type) ?? .other
        role = kind == .message ? Role(rawValue: object["role"]?.string ?? "user") ?? .other : nil
        if kind == .message {
            object["type"] = .string(type)
            if let text = object["content"]?.string {
                object["content"] = [Self.textPart(text, of: role ?? .user)]
            }
        }
        json = object
    }

    /// A message with one text.
    package init(role: Role, text: String) {
        kind = .message
        self.role = role
        json = .init([
            .init(name: "type", value: "message"), .init(name: "role", value: .string(role.rawValue)),
            .init(name: "content", value: [Self.textPart(text, of: role)]),
        ])
    }

    /// A text part in the shape that a role has on the wire.
    package static func textPart(_ text: String, of role: Role) -> JSON {
        role == .assistant
            ? ["type": "output_text", "text": .string(text), "annotations": [], "logprobs": []]
            : ["type": "input_text", "text": .string(text)]
    }
}

extension ItemContent {
    /// The parts of a message's content.
    package var parts: [JSON] { json["content"]?.array ?? [] }

    /// What a person would read: a message's texts, a call's name and arguments, a result's output.
    package var text: String {
        switch kind {
        case .message, .reasoning:
            (parts + (json["summary"]?.array ?? [])).compactMap(Self.text(of:)).joined(separator: "\n")
        case .functionCall: "\(json["name"]?.string ?? "")(\(json["arguments"]?.string ?? ""))"
        case .functionCallOutput: Self.output(json["output"])
        case .compaction: json["summary"]?.string ?? ""
        case .other: ""
        }
    }

    /// Said by the model: its messages, calls and reasoning.
    package var isFromModel: Bool {
        switch kind {
        case .message: role == .assistant
        case .functionCall, .reasoning: true
        case .functionCallOutput, .compaction, .other: false
        }
    }

    /// A person's message: where a turn of the conversation begins.
    package var isFromUser: Bool { kind == .message && role == .user }

    /// Instructions, which matching looks through and every context keeps.
    package var isInstruction: Bool { kind == .message && (role == .system || role == .developer) }

    /// The id that ties a call to its result.
    package var callID: String? { json["call_id"]?.string }

    /// The text of one content part, whatever its type calls it.
    package static func text(of part: JSON) -> String? {
        part["text"]?.string ?? part["refusal"]?.string
    }

    private static func output(_ value: JSON?) -> String {
        switch value {
        case .string(let text): text
        case .array(let parts): parts.compactMap(text(of:)).joined(separator: "\n")
        default: ""
        }
    }
}
