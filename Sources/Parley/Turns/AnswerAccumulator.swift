/// Puts the pieces of an answer together.
///
/// Its items stand in the order in which the model began them, and their ids follow from the turn's: whoever sees the
/// pieces again, while they come or after a crash, gets the same items.
package struct AnswerAccumulator: Sendable {
    private let turn: Turn.ID
    private var samples: [Int: Sample] = [:]

    /// What an item of an answer is.
    package enum Part: Hashable, Sendable {
        case reasoning
        case message
        /// The call with this index.
        case call(Int)

        package var itemKind: ItemContent.Kind {
            switch self {
            case .reasoning: .reasoning
            case .message: .message
            case .call: .functionCall
            }
        }
    }

    fileprivate struct Sample: Sendable {
        var order: [Part] = []
        var content = ""
        var reasoning = ""
        var refusal = ""
        var logprobs: [JSON] = []
        var calls: [Int: ToolCallDelta] = [:]
        var finish: FinishReason?
    }

    package init(of turn: Turn.ID) {
        self.turn = turn
    }

    package mutating func add(_ delta: AnswerDelta) {
        var sample = samples.removeValue(forKey: delta.index) ?? Sample()
        if let reasoning = delta.reasoning, !reasoning.isEmpty {
            sample.begin(.reasoning)
            sample.reasoning += reasoning
        }
        if let content = delta.content, !content.isEmpty {
            sample.begin(.message)
            sample.content += content
            sample.logprobs += delta.logprobs
        }
        if let refusal = delta.refusal, !refusal.isEmpty {
            sample.begin(.message)
            sample.refusal += refusal
        }
        for call in delta.toolCalls { sample.add(call) }
        sample.finish = delta.finish ?? sample.finish
        samples[delta.index] = sample
    }

    /// Why sample 0 stopped; it is the one that is recorded.
    package var finish: FinishReason? { samples[0]?.finish }

    /// Everything sample 0 has said, in the order of indices.
    package var content: String { samples[0]?.content ?? "" }

    package var isEmpty: Bool { items(status: .completed).isEmpty }

    /// The items that sample 0 amounts to; an answer that ends without a word is an empty message.
    package func items(status: Item.Status) -> [ItemDraft] {
        (samples[0]?.contents ?? []).enumerated().map { index, content in
            ItemDraft(content, id: .part(index, of: turn), status: status)
        }
    }

    /// Every sample, in the order of their indices.
    package var allSamples: [AnswerSample] {
        samples.sorted { $0.key < $1.key }.map {
            AnswerSample(index: $0.key, contents: $0.value.contents, finish: $0.value.finish)
        }
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
    fileprivate mutating func begin(_ part: AnswerAccumulator.Part) {
        if !order.contains(part) { order.append(part) }
    }

    fileprivate var contents: [ItemContent] {
        let isEmpty = !order.contains { $0 != .reasoning } && finish != nil
        return (order + (isEmpty ? [.message] : [])).map(content)
    }

    fileprivate func content(of part: AnswerAccumulator.Part) -> ItemContent {
        switch part {
        case .reasoning: .reasoning(reasoning)
        case .message: .answer(content, refusal: refusal, logprobs: logprobs)
        case .call(let index): .call(calls[index] ?? ToolCallDelta(index: index))
        }
    }

    fileprivate mutating func add(_ delta: ToolCallDelta) {
        begin(.call(delta.index))
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

    fileprivate static func answer(_ text: String, refusal: String, logprobs: [JSON]) -> Self {
        var content = Self(role: .assistant, text: text)
        if !logprobs.isEmpty, var said = content.parts.first?.object {
            said["logprobs"] = .array(logprobs)
            content.json["content"] = [.object(said)]
        }
        guard !refusal.isEmpty else { return content }
        let part: JSON = ["type": "refusal", "refusal": .string(refusal)]
        content.json["content"] = text.isEmpty ? [part] : .array(content.parts + [part])
        return content
    }

    fileprivate static func call(_ call: ToolCallDelta) -> Self {
        Self(
            .init([
                .init(name: "type", value: "function_call"),
                .init(name: "call_id", value: .string(call.callID)),
                .init(name: "name", value: .string(call.name ?? "")),
                .init(name: "arguments", value: .string(call.arguments)),
            ])
        )
    }
}
