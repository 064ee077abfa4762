package import Parley

/// A body of `POST /v1/responses`, and of the routes beside it that take the same.
///
/// `null` counts as absent, and members that nobody knows are ignored, as OpenAI does.
package struct ResponseRequest: Sendable {
    let members: ObjectMembers
    package let model: String?
    /// The new input, with references to items still in it; `nil` when there is none.
    package let input: JSON?
    package let instructions: String?
    package let conversation: String?
    package let previous: String?
    /// Whether it can be fetched by its id later.
    package let stored: Bool
    package let streamed: Bool
    /// Whether it goes on without its client.
    package let background: Bool
    package let metadata: [String: String]
    package let maximumOutput: Int?
    /// Whether the oldest items may be left out when not everything fits.
    package let truncates: Bool
    package let endUser: String?
    package let policy: ContextPolicy?
    package let budget: Int?
    package let tools: ResponseTools
    package let format: ResponseFormat
    /// The tokens of context above which older turns are to be summarised.
    package let compactThreshold: Int?

    /// - Throws: ``ParleyError`` that names the member which is wrong.
    package init(_ object: JSON.Object) throws {
        let members = ObjectMembers(object)
        self.members = members
        try Self.refuseForeign(members)
        model = try members.string("model")
        input = members["input"]
        instructions = try members.string("instructions")
        conversation = try members.conversation()
        previous = try members.string("previous_response_id")
        stored = try members.bool("store") ?? true
        streamed = try members.bool("stream") ?? false
        background = try members.bool("background") ?? false
        metadata = try members.metadata() ?? [:]
        maximumOutput = try members.integer("max_output_tokens", in: 1...Usage.ceiling)
        truncates = try members.word("truncation", ["auto", "disabled"]) == "auto"
        endUser = try members.string("safety_identifier") ?? members.string("user")
        (policy, budget) = try members["context"].map(MemberReader.context) ?? (nil, nil)
        tools = try ResponseTools(members)
        format = try ResponseFormat(members)
        compactThreshold = try Self.compactThreshold(members)
        try checkRanges()
        try checkCombinations()
    }

    /// Whether the probabilities of the tokens are wanted.
    package var includesLogprobs: Bool {
        members["include"]?.array?.contains("message.output_text.logprobs") == true
    }

    /// Whether the upstream is asked for a stream: also by what runs in the background, so that what was said is kept.
    package var streamsUpstream: Bool { streamed || background }

    /// The instructions as items in front of a context.
    package var instructionItems: [ItemContent] {
        instructions.map { [ItemContent(role: .system, text: $0)] } ?? []
    }
}

extension ResponseRequest {
    /// `context_management: [{"type": "compaction", "compact_threshold": N}]`.
    private static func compactThreshold(_ members: ObjectMembers) throws -> Int? {
        var threshold: Int?
        for (index, element) in (try members.array("context_management") ?? []).enumerated() {
            let path = "context_management[\(index)]"
            guard let object = element.object, object["type"] == "compaction" else {
                throw ParleyError(.invalidValue, "'\(path).type' must be 'compaction'.", parameter: "\(path).type")
            }
            threshold = try ObjectMembers(object, path: "\(path).").integer("compact_threshold", in: 1...Usage.ceiling)
        }
        return threshold
    }

    /// What OpenAI's own platform offers and a server in front of other models cannot.
    private static func refuseForeign(_ members: ObjectMembers) throws {
        guard members["prompt"] == nil else {
            throw ParleyError(
                .unsupportedParameter,
                "'prompt' templates are kept by OpenAI's platform. Send 'instructions' and 'input' instead.",
                parameter: "prompt"
            )
        }
    }

    private func checkCombinations() throws {
        if conversation != nil, previous != nil {
            throw ParleyError(
                .mutuallyExclusive,
                "Mutually exclusive parameters: 'conversation' and 'previous_response_id'.",
                parameter: "previous_response_id"
            )
        }
        if background, !stored {
            throw ParleyError(.invalidValue, "'background' needs 'store': true.", parameter: "background")
        }
    }

    private func checkRanges() throws {
        try members.decimal("temperature", in: 0...2)
        try members.decimal("top_p", in: 0...1)
        _ = try members.integer("top_logprobs", in: 0...20)
        _ = try members.integer("max_tool_calls", in: 1...Usage.ceiling)
        _ = try members.bool("parallel_tool_calls")
        for name in ["prompt_cache_key", "service_tier"] { _ = try members.string(name) }
        _ = try members.object("stream_options")
        let reasoning = try members.object("reasoning")
        for name in ["effort", "summary"] { _ = try reasoning?.string(name) }
        for (index, value) in (try members.array("include") ?? []).enumerated() {
            guard let name = value.string, Self.includable.contains(name) else {
                throw ParleyError(
                    .invalidValue,
                    "'include[\(index)]' must be one of: \(Self.includable.joined(separator: ", ")).",
                    parameter: "include[\(index)]"
                )
            }
        }
    }

    /// What clients may ask to have included; where there is no data, nothing is.
    package static let includable = [
        "file_search_call.results", "web_search_call.results", "web_search_call.action.sources",
        "message.input_image.image_url", "computer_call_output.output.image_url", "code_interpreter_call.outputs",
        "reasoning.encrypted_content", "message.output_text.logprobs",
    ]
}
