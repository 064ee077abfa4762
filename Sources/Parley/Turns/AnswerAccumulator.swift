/// Puts the pieces of an answer together.
package struct AnswerAccumulator: Sendable {
    private var samples: [Int: Sample] = [:]

    fileprivate struct Sample: Sendable {
        var content = ""
        var reasoning = ""
        var refusal = ""
        var calls: [Int: ToolCallDelta] = [:]
        var finish: FinishReason?
    }

    package init() {}

    package mutating func add(_ delta: AnswerDelta) {
        var sample = samples.removeValue(forKey: delta.index) ?? Sample()
        if let content = delta.content { sample.content += content }
        if let reasoning = delta.reasoning { sample.reasoning += reasoning }
        if let refusal = delta.refusal { sample.refusal += refusal }
        for call in delta.toolCalls { sample.add(call) }
        sample.finish = delta.finish ?? sample.finish
        samples[delta.index] = sample
    }

    /// Why sample 0 stopped; it is the one that is recorded.
    package var finish: FinishReason? { samples[0]?.finish }

    /// Everything sample 0 has said, in the order of indices.
    package var content: String { samples[0]?.content ?? "" }

    package var isEmpty: Bool { items(status: .completed).isEmpty }

    /// The items that sample 0 amounts to: reasoning, the message, the calls.
    package func items(status: Item.Status) -> [ItemDraft] {
        guard let sample = samples[0] else { return [] }
        var contents: [ItemContent] = []
        if !sample.reasoning.isEmpty { contents.append(.reasoning(sample.reasoning)) }
        if !sample.content.isEmpty || !sample.refusal.isEmpty || (sample.calls.isEmpty && sample.finish != nil) {
            contents.append(.answer(sample.content, refusal: sample.refusal))
        }
        for (_, call) in sample.calls.sorted(by: { $0.key < $1.key }) { contents.append(.call(call)) }
        return contents.map { ItemDraft($0, status: status) }
    }

    /// The text of every sample, for counting what an upstream did not count.
    package var allText: String {
        samples.values.map { sample in
            sample.content + sample.reasoning + sample.refusal
                + sample.calls.values.map { ($0.name ?? "") + $0.arguments }.joined()
        }
        .joined()
    }
}

extension AnswerAccumulator.Sample {
    fileprivate mutating func add(_ delta: ToolCallDelta) {
        guard var call = calls[delta.index] else {
            calls[delta.index] = delta
            return
        }
        call.id = call.id ?? delta.id
        call.name = call.name ?? delta.name
        call.arguments += delta.arguments
        calls[delta.index] = call
    }
}

extension ItemContent {
    fileprivate static func reasoning(_ text: String) -> Self {
        Self(
            .init([
                .init(name: "type", value: "reasoning"), .init(name: "summary", value: []),
                .init(name: "content", value: [["type": "reasoning_text", "text": .string(text)]]),
            ])
        )
    }

    fileprivate static func answer(_ text: String, refusal: String) -> Self {
        var content = Self(role: .assistant, text: text)
        guard !refusal.isEmpty else { return content }
        let part: JSON = ["type": "refusal", "refusal": .string(refusal)]
        content.json["content"] = text.isEmpty ? [part] : [textPart(text, of: .assistant), part]
        return content
    }

    fileprivate static func call(_ call: ToolCallDelta) -> Self {
        Self(
            .init([
                .init(name: "type", value: "function_call"),
                .init(name: "call_id", value: .string(call.id ?? "call_\(call.index)")),
                .init(name: "name", value: .string(call.name ?? "")),
                .init(name: "arguments", value: .string(call.arguments)),
            ])
        )
    }
}
