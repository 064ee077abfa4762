package import Parley

extension AnswerDelta {
    /// The pieces that an answer's items can be put together from again, one for each item.
    package static func pieces(of outputs: [Item], _ finish: FinishReason?) -> [AnswerDelta] {
        outputs.enumerated().map { piece(of: $1.content, $0) } + [AnswerDelta(finish: finish)]
    }

    private static func piece(of content: ItemContent, _ index: Int) -> AnswerDelta {
        switch content.kind {
        case .reasoning: return AnswerDelta(reasoning: content.text)
        case .functionCall:
            let call = ToolCallDelta(
                index: index,
                id: content.callID,
                name: content.json["name"]?.string,
                arguments: content.json["arguments"]?.string ?? ""
            )
            return AnswerDelta(toolCalls: [call])
        case .message, .functionCallOutput, .compaction, .other:
            return AnswerDelta(
                content: content.parts.compactMap { $0["text"]?.string }.joined(),
                refusal: content.parts.compactMap { $0["refusal"]?.string }.first,
                logprobs: content.parts.first?["logprobs"]?.array ?? []
            )
        }
    }
}
