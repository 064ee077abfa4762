package import Parley

/// Writes the objects of a legacy completion from the choices of either kind of upstream.
package struct CompletionAnswer: Sendable {
    package let id: String
    package let created: Int
    package var model: String

    package init(id: String, created: Int, model: String) {
        self.id = id
        self.created = created
        self.model = model
    }

    /// The object around `choices`, which may be a chat's: then `text` is what the message says.
    ///
    /// The events of a stream have no `usage`; there, `nil` is returned when no choice has a text or an end.
    package func object(_ choices: [UInt8], usage: Usage?) -> [UInt8]? {
        let read = (try? JSON(parsing: choices).array) ?? []
        let texts = read.enumerated().compactMap { Self.choice($1, index: $0, whole: usage != nil) }
        guard !texts.isEmpty || usage != nil else { return nil }
        var object: JSON.Object = .init([
            .init(name: "id", value: .string(id)), .init(name: "object", value: "text_completion"),
            .init(name: "created", value: JSON(created)), .init(name: "model", value: .string(model)),
            .init(name: "choices", value: .array(texts)),
        ])
        if let usage { object.append("usage", ChatAnswer.usage(usage)) }
        return JSON.object(object).encoded
    }

    /// The event with the usage alone, for clients that asked for it.
    package func usageObject(_ usage: Usage) -> [UInt8] {
        object(Array("[]".utf8), usage: usage) ?? []
    }

    private static func choice(_ choice: JSON, index: Int, whole: Bool) -> JSON? {
        let said = choice["message"] ?? choice["delta"]
        let text = choice["text"]?.string ?? said?["content"]?.string ?? ""
        let finish = choice["finish_reason"] ?? (whole ? "stop" : .null)
        guard whole || !text.isEmpty || finish != .null else { return nil }
        var object = JSON.Object([
            .init(name: "text", value: .string(text)), .init(name: "index", value: choice["index"] ?? JSON(index)),
            .init(name: "logprobs", value: choice["text"] == nil ? .null : choice["logprobs"] ?? .null),
            .init(name: "finish_reason", value: finish),
        ])
        // Readers of either age find what they look for.
        if whole, let message = choice["message"] { object.append("message", message) }
        return .object(object)
    }
}
