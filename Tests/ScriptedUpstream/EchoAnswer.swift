import Parley

/// What the echo says to a request; depends on nothing but the request.
struct EchoAnswer {
    var content: String?
    var reasoning: String?
    var refusal: String?
    var calls: [(id: String, name: String, arguments: String)] = []
    var finish = "stop"
    var promptTokens: Int
    var completionTokens = 0

    init(_ request: JSON, _ directives: Directives, lastText: String) {
        let messages = request["messages"]?.array ?? []
        promptTokens = messages.reduce(0) { $0 + 3 + Self.words(ReceivedRequest.text($1["content"])).count }
        answer(request, directives, messages, lastText)
        if directives.has("reason") { reasoning = "let me think" }
        cut(request)
        completionTokens = max(1, Self.words(content ?? refusal ?? calls.map(\.arguments).joined()).count)
    }

    private mutating func answer(_ request: JSON, _ directives: Directives, _ messages: [JSON], _ lastText: String) {
        let tool = request["tools"]?.array?.first?["function"]?["name"]?.string
        let toolTexts = messages.filter { $0["role"]?.string == "tool" }.map { ReceivedRequest.text($0["content"]) }
        if messages.last?["role"]?.string == "tool" {
            content = "tool said: " + toolTexts.joined(separator: " | ")
        } else if let tool, directives.has("tool") || directives.has("tools2") {
            let count = directives.has("tools2") ? 2 : 1
            calls = (0..<count).map { ("call_echo_\($0)", tool, #"{"city": "上海"}"#) }
            finish = "tool_calls"
        } else if directives.has("dump") {
            let pairs = messages.map {
                JSON.array([$0["role"] ?? .null, .string(ReceivedRequest.text($0["content"]))])
            }
            content = JSON.array(pairs).text
        } else if directives.has("params"), var object = request.object {
            object["messages"] = nil
            content = JSON.object(object).text
        } else if let count = directives.number("long") {
            content = (0..<count).map { "w\($0)" }.joined(separator: " ")
        } else if directives.has("refuse") {
            refusal = "I can't help with that."
        } else {
            content = directives.has("empty") ? "" : "echo(\(messages.count)): \(lastText)"
        }
    }

    private mutating func cut(_ request: JSON) {
        guard let limit = (request["max_completion_tokens"] ?? request["max_tokens"])?.int, let content else { return }
        let words = Self.words(content)
        guard words.count > limit else { return }
        self.content = words.prefix(limit).joined()
        finish = "length"
    }

    /// Tokens of a kind: words with the space that follows them, and single Chinese characters.
    static func words(_ text: String) -> [String] {
        var words: [String] = []
        var ends = true
        for character in text {
            let isWide = character.unicodeScalars.contains { (0x3000...0x9FFF).contains($0.value) }
            if ends || isWide { words.append(String(character)) } else { words[words.count - 1].append(character) }
            ends = isWide || character.isWhitespace
        }
        return words
    }
}
