package import Parley

/// A body of the legacy `POST /v1/completions`: a prompt, or messages as the tutorials send them there.
package struct CompletionRequest: Sendable {
    package let chat: ChatRequest
    /// What is asked.
    package let question: Question
    /// How many answers the upstream may have to write.
    package private(set) var answers: Int

    package enum Question: Sendable {
        /// Messages: a chat in the clothes of a completion.
        case messages
        /// One prompt of text.
        case prompt(String)
        /// Several prompts, or tokens: only an upstream with the legacy route can answer.
        case other
    }

    /// - Throws: ``ParleyError`` that names the member which is wrong.
    package init(_ slices: JSONSlices) throws {
        chat = try ChatRequest(slices)
        let reader = MemberReader(slices)
        answers = max(chat.samples, try reader.integer("best_of", in: 0...20) ?? 1)
        if slices.range(of: "messages") != nil {
            question = .messages
            return
        }
        switch try reader.value("prompt") {
        case nil: question = .prompt("<|endoftext|>")
        case .string(let text): question = .prompt(text)
        case .array(let prompts):
            guard let text = prompts.first?.string, prompts.count == 1 else {
                // Numbers are the tokens of one prompt.
                if prompts.first?.int == nil { answers *= max(1, prompts.count) }
                question = .other
                return
            }
            question = .prompt(text)
        case .some:
            throw ParleyError(.invalidType, "'prompt' must be a string or an array.", parameter: "prompt")
        }
    }

    /// The items to record.
    package func items() throws -> [ItemContent] {
        switch question {
        case .messages: try ChatMessages.items(chat.messages())
        case .prompt(let text): [ItemContent(role: .user, text: text)]
        case .other: []
        }
    }

    /// The body for an upstream that has the legacy route.
    package func encoded(model: String, context: Context?) -> [UInt8] {
        rewritten(model: model, leaving: ["model", "store", "metadata", "conversation", "context"], messages: nil)
    }

    /// The body for one that has not: the prompt becomes a chat's only message.
    package func bridged(model: String, context: Context?) -> [UInt8] {
        if case .messages = question { return chat.encoded(model: model, context: context) }
        var messages = JSONWriter()
        ChatMessages.write(
            context.map { $0.instructions + $0.items } ?? ((try? items()) ?? []),
            to: &messages
        )
        return rewritten(
            model: model,
            leaving: ChatRequest.ours.union(["prompt", "suffix", "echo", "best_of", "logprobs"]),
            messages: messages.bytes
        )
    }

    private func rewritten(model: String, leaving: Set<String>, messages: [UInt8]?) -> [UInt8] {
        let slices = chat.slices
        var writer = JSONWriter(capacity: slices.bytes.count + 256)
        writer.raw("{\"model\":")
        writer.string(model)
        if let messages {
            writer.raw(",\"messages\":")
            writer.raw(messages)
        }
        for (name, value) in slices.all where !leaving.contains(String(decoding: name, as: UTF8.self)) {
            writer.raw(",\"")
            writer.raw(name)
            writer.raw("\":")
            writer.raw(slices.bytes[value])
        }
        writer.raw("}")
        return writer.bytes
    }
}
