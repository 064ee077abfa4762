/// One piece of an upstream's answer: an event of a stream, or the whole answer when it is not streamed.
package struct AnswerChunk: Sendable {
    /// The bytes of the `choices` array as the upstream wrote them.
    package var choices: [UInt8]
    /// What the choices say, read once.
    package var deltas: [AnswerDelta]
    package var usage: Usage?
    /// The model that served the request, when the upstream names it.
    package var model: String?
    /// `system_fingerprint` and `service_tier` as the upstream wrote them, when it did.
    package var systemFingerprint: String?
    package var serviceTier: String?

    package init(
        choices: [UInt8] = Array("[]".utf8),
        deltas: [AnswerDelta] = [],
        usage: Usage? = nil,
        model: String? = nil,
        systemFingerprint: String? = nil,
        serviceTier: String? = nil
    ) {
        self.choices = choices
        self.deltas = deltas
        self.usage = usage
        self.model = model
        self.systemFingerprint = systemFingerprint
        self.serviceTier = serviceTier
    }
}

/// What one choice of a chunk adds.
package struct AnswerDelta: Hashable, Sendable {
    /// Which of `n` samples it belongs to.
    package var index: Int
    package var content: String?
    package var reasoning: String?
    package var refusal: String?
    /// What the upstream says of the probability of each token of `content`, as it wrote it.
    package var logprobs: [JSON]
    package var toolCalls: [ToolCallDelta]
    package var finish: FinishReason?

    package init(
        index: Int = 0,
        content: String? = nil,
        reasoning: String? = nil,
        refusal: String? = nil,
        logprobs: [JSON] = [],
        toolCalls: [ToolCallDelta] = [],
        finish: FinishReason? = nil
    ) {
        self.index = index
        self.content = content
        self.reasoning = reasoning
        self.refusal = refusal
        self.logprobs = logprobs
        self.toolCalls = toolCalls
        self.finish = finish
    }
}

/// A fragment of a tool call.
///
/// `index` is the key of accumulation; id and name come once.
package struct ToolCallDelta: Hashable, Sendable {
    package var index: Int
    package var id: String?
    package var name: String?
    package var arguments: String

    package init(index: Int, id: String? = nil, name: String? = nil, arguments: String = "") {
        self.index = index
        self.id = id
        self.name = name
        self.arguments = arguments
    }

    /// What ties the call to its result; one of ours where the upstream gave none.
    package var callID: String { id ?? "call_\(index)" }
}

/// Why a model stopped.
package enum FinishReason: String, Sendable {
    case stop
    case length
    case toolCalls = "tool_calls"
    case contentFilter = "content_filter"
    case functionCall = "function_call"
}
