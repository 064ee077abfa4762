/// What a model is asked when older turns are to be summarised.
struct SummaryPrompt {
    /// The turns as text.
    var transcript: String
    /// What was summarised before.
    var summary: String?

    /// The most tokens that it may have.
    var limit = Self.outputLimit

    /// The most tokens of a summary when the budget does not ask for fewer.
    static let outputLimit = 1024

    static let instructions = """
        You keep the memory of a conversation. Write a summary that lets another model go on with it as if it had read \
        everything: who the people are, what they want, facts, names, numbers, codes and decisions word for word, what \
        is still open. Leave out pleasantries. Write in the language of the conversation, in short paragraphs. Answer \
        with the summary alone.
        """

    /// The body of the chat request.
    func body(for model: String) -> [UInt8] {
        let parts = [summary.map { "Summary so far:\n\($0)" }, "Conversation:\n\(transcript)"].compactMap(\.self)
        return JSON.object(
            .init([
                .init(name: "model", value: .string(model)),
                .init(
                    name: "messages",
                    value: [
                        ["role": "system", "content": .string(Self.instructions)],
                        ["role": "user", "content": .string(parts.joined(separator: "\n\n"))],
                    ]
                ),
                .init(name: "max_tokens", value: JSON(limit)),
            ])
        )
        .encoded
    }

    /// One item as a line of the transcript; `nil` for what nobody said.
    static func line(_ content: ItemContent) -> String? {
        switch content.kind {
        case .message: "\(content.json["role"]?.string ?? "user"): \(content.text)"
        case .functionCall: "assistant calls \(content.text)"
        case .functionCallOutput: "result: \(content.text)"
        case .compaction: "summary: \(content.text)"
        case .reasoning, .other: nil
        }
    }
}

extension ContextFactory {
    /// The beginning of a text that has no more than so many tokens, for models that write longer than they are asked.
    func shortened(_ text: String, to limit: Int) -> String {
        var scalars = text.unicodeScalars[...]
        while case let count = tokens.counter.count(String(scalars), in: .o200k), count > limit {
            // At least one scalar fewer each time, so that it ends.
            scalars = scalars.prefix(min(scalars.count - 1, scalars.count * limit / (count + 1)))
        }
        return String(scalars)
    }

    /// Items as texts, each small enough for half of the model's window.
    ///
    /// A single item that is longer is cut at its end: what is lost of it stays in the history.
    func transcripts(of items: [ItemContent], for route: ModelRoute, window: Int?) -> [String] {
        let limit = max(256, profile(of: route, window).window / 2)
        var texts: [String] = []
        var (open, size) = ("", 0)
        for line in items.compactMap(SummaryPrompt.line) {
            let count = tokens.counter.count(line, in: .o200k)
            if size + count > limit, !open.isEmpty {
                texts.append(open)
                (open, size) = ("", 0)
            }
            open += (open.isEmpty ? "" : "\n\n") + (count > limit ? String(line.prefix(limit)) : line)
            size += min(count, limit)
        }
        return open.isEmpty ? texts : texts + [open]
    }
}
