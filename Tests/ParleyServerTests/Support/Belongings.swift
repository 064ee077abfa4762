import Parley

/// The ids of what one user has, by the words that stand for them in a template: `{conversation}`.
struct Belongings: Sendable {
    static let words: Set = ["conversation", "completion", "response", "turn", "item", "branch", "input", "prune"]

    var ids: [String: String]

    /// The template with ids in the place of the words.
    func filling(_ template: String) -> String {
        ids.reduce(template) { $0.replacing("{\($1.key)}", with: $1.value) }
    }

    /// The text without the digits of these ids.
    func emptying(_ text: String) -> String {
        ids.values.reduce(text) { $0.replacing($1.suffix(48), with: "…") }
    }

    /// Ids that look like these and that nobody has.
    var unknown: Belongings {
        Belongings(ids: ids.mapValues { $0.dropLast(48) + Identifier<Conversation>.random().digits })
    }

    /// These, with one taken from others.
    func with(_ name: String, of others: Belongings) -> Belongings {
        var result = self
        result.ids[name] = others.ids[name]
        return result
    }
}

extension Belongings {
    /// Makes one of everything for the user of a key.
    static func make(on server: TestServer, _ key: [String: String]) async throws -> Belongings {
        let said = #"[{"role":"user","content":"private"}]"#
        func post(_ path: String, _ body: String) async throws -> RawAnswer {
            try await server.send("POST", path, key, body)
        }
        func first(_ path: String) async throws -> String? {
            try await server.send("GET", path, key).json["data"]?.array?.first?["id"]?.string
        }
        let conversation = try await post("/v1/conversations", #"{"items":\#(said)}"#).json["id"]?.string ?? ""
        let asked = #"{"messages":\#(said),"store":true,"conversation":"\#(conversation)"}"#
        let completion = try await post("/v1/chat/completions", asked)
        let response =
            try await post("/v1/responses", #"{"input":\#(said),"background":true}"#).json["id"]?.string ?? ""
        // Whole only when the background turn has ended.
        _ = try await server.send("GET", "/v1/responses/\(response)?stream=true", key)
        let prune = try await post("/v1/prune", #"{"filter":{"q":"nothing"},"dry_run":false}"#).json["id"]?.string ?? ""
        return Belongings(ids: [
            "prune": prune,
            "conversation": conversation, "completion": completion.json["id"]?.string ?? "", "response": response,
            "turn": completion.headers["x-parley-turn"]?.replacing("chatcmpl-", with: "resp_") ?? "",
            "item": try await first("/v1/conversations/\(conversation)/items?order=asc") ?? "",
            "branch": try await first("/v1/conversations/\(conversation)/branches") ?? "",
            "input": try await first("/v1/responses/\(response)/input_items") ?? "",
        ])
    }
}
