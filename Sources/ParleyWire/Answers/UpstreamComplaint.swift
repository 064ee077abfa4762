package import Parley

/// What an upstream says went wrong, in whichever of the usual shapes.
package struct UpstreamComplaint: Sendable {
    /// Its words, as they came; to be shown only through a ``Redaction``.
    package var message: String
    package var type: String
    package var code: String

    /// Reads `{"error": {…}}`, `{"error": "…"}`, `{"object": "error", …}` and `{"detail": …}`; `nil` for anything else.
    package init?(_ json: JSON) {
        if let error = json["error"], Self.isTruthy(error) {
            self.init(value: error)
        } else if json["object"]?.string == "error" {
            self.init(value: json)
        } else if let detail = json["detail"] {
            self.init(message: detail.string ?? detail.text, type: "", code: "")
        } else {
            return nil
        }
    }

    package init(message: String, type: String, code: String) {
        self.message = message
        self.type = type
        self.code = code
    }

    /// Reads what stands where an error should.
    package init(value: JSON) {
        let code = value["code"].map { $0.string ?? $0.text } ?? ""
        self.init(
            message: value["message"]?.string ?? value.string ?? "",
            type: value["type"]?.string ?? "",
            code: code
        )
    }

    /// Whether a member `error` means one; some servers send an empty one with every event.
    private static func isTruthy(_ value: JSON) -> Bool {
        switch value {
        case .null, .bool(false): false
        case .string(let text): !text.isEmpty
        case .number(let digits): Double(digits) != 0
        case .object(let object): !object.members.isEmpty
        default: true
        }
    }
}

extension UpstreamComplaint {
    /// Whether the request has more tokens than the model takes.
    package var isContextOverflow: Bool {
        let words = "\(code) \(type) \(message)".lowercased()
        return Self.overflowPhrases.contains { words.contains($0) }
    }

    /// Whether the model that was asked for is not there.
    package var isUnknownModel: Bool {
        code == "model_not_found" || type == "model_not_found"
            || message.lowercased().contains("model") && code != "unknown_url"
    }

    /// How OpenAI, llama.cpp, vLLM, Ollama, LM Studio, Anthropic and OpenRouter say it.
    private static let overflowPhrases = [
        "context_length_exceeded", "exceed_context_size", "maximum context length", "context length",
        "context size", "context window", "prompt is too long", "input tokens exceed",
    ]

    /// The status that an error within a stream would have had.
    package var status: Int {
        if let status = Int(code), (400..<600).contains(status) { return status }
        let words = "\(code) \(type)".lowercased()
        return Self.statuses.first { words.contains($0.word) }?.status ?? 500
    }

    private static let statuses: [(word: String, status: Int)] = [
        ("rate_limit", 429), ("insufficient_quota", 429), ("overloaded", 503), ("authentication", 401),
        ("invalid_api_key", 401), ("permission", 403), ("model_not_found", 404), ("invalid_request", 400),
        ("badrequest", 400), ("invalid_value", 400), ("content_filter", 400), ("timeout", 408),
    ]
}
