import Parley

extension ModelEntry {
    /// Reads an element of an upstream's `/models`; `nil` when it has no id.
    init?(_ json: JSON, upstream: String) {
        guard let id = json["id"]?.string, !id.isEmpty else { return nil }
        self.init(
            id: id,
            upstream: upstream,
            created: max(0, json["created"]?.int ?? 0),
            owner: json["owned_by"]?.string ?? upstream,
            window: Self.window(json)
        )
    }

    /// The context window, as vLLM, OpenRouter, LM Studio, Groq and llama.cpp call it.
    private static func window(_ json: JSON) -> Int? {
        let window =
            json["max_model_len"] ?? json["context_length"] ?? json["max_context_length"] ?? json["context_window"]
            ?? json["meta"]?["n_ctx"] ?? json["meta"]?["n_ctx_train"]
        return window?.int.flatMap { (1...Usage.ceiling).contains($0) ? $0 : nil }
    }
}
