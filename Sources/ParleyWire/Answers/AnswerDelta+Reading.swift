import Parley

extension AnswerDelta {
    /// What one choice says: `delta` of a chunk, `message` of a whole answer, or `text` of a legacy one.
    ///
    /// `nil` when its index is out of reason: nobody could have asked for it.
    init?(_ bytes: Span<UInt8>, choice: Range<Int>) {
        self.init()
        var index = 0
        KnownJSON.members(bytes, choice) { name, value in
            if KnownJSON.isNull(bytes, value) { return }
            if KnownJSON.matches(bytes, name, "delta") || KnownJSON.matches(bytes, name, "message") {
                read(bytes, message: value)
            } else if KnownJSON.matches(bytes, name, "text") {
                content = KnownJSON.text(bytes, value)
            } else if KnownJSON.matches(bytes, name, "logprobs") {
                logprobs = (try? JSON(parsing: bytes.extracting(value)))?["content"]?.array ?? []
            } else if KnownJSON.matches(bytes, name, "index") {
                index = KnownJSON.integer(bytes, value) ?? 0
            } else if KnownJSON.matches(bytes, name, "finish_reason") {
                finish = FinishReason(wire: KnownJSON.text(bytes, value))
            }
        }
        guard (0..<Self.indexLimit).contains(index) else { return nil }
        self.index = index
    }

    /// `n` is at most 128, and so is the number of tool calls; prompts of a legacy request multiply it.
    static let indexLimit = 1 << 16

    private mutating func read(_ bytes: Span<UInt8>, message: Range<Int>) {
        KnownJSON.members(bytes, message) { name, value in
            if KnownJSON.isNull(bytes, value) { return }
            if KnownJSON.matches(bytes, name, "content") {
                content = Self.content(bytes, value)
            } else if KnownJSON.matches(bytes, name, "reasoning_content") || KnownJSON.matches(bytes, name, "reasoning")
            {
                reasoning = KnownJSON.text(bytes, value)
            } else if KnownJSON.matches(bytes, name, "refusal") {
                refusal = KnownJSON.text(bytes, value)
            } else if KnownJSON.matches(bytes, name, "tool_calls") {
                readToolCalls(bytes, value)
            } else if KnownJSON.matches(bytes, name, "function_call") {
                toolCalls = [ToolCallDelta(bytes, function: value)]
            }
        }
    }

    private mutating func readToolCalls(_ bytes: Span<UInt8>, _ value: Range<Int>) {
        KnownJSON.elements(bytes, value) { position, element in
            if let call = ToolCallDelta(bytes, call: element, position: position) { toolCalls.append(call) }
        }
    }

    /// A string, or the texts of an array of parts.
    private static func content(_ bytes: Span<UInt8>, _ value: Range<Int>) -> String? {
        if let text = KnownJSON.text(bytes, value) { return text }
        guard let parts = (try? JSON(parsing: bytes.extracting(value)))?.array else { return nil }
        return parts.compactMap { $0["text"]?.string }.joined()
    }
}

extension ToolCallDelta {
    init?(_ bytes: Span<UInt8>, call: Range<Int>, position: Int) {
        self.init(index: position)
        KnownJSON.members(bytes, call) { name, value in
            if KnownJSON.isNull(bytes, value) { return }
            if KnownJSON.matches(bytes, name, "index") {
                index = KnownJSON.integer(bytes, value) ?? position
            } else if KnownJSON.matches(bytes, name, "id") {
                id = KnownJSON.text(bytes, value)
            } else if KnownJSON.matches(bytes, name, "function") {
                read(bytes, function: value)
            }
        }
        guard (0..<AnswerDelta.indexLimit).contains(index) else { return nil }
    }

    /// The one call of the time before `tool_calls`.
    init(_ bytes: Span<UInt8>, function: Range<Int>) {
        self.init(index: 0)
        read(bytes, function: function)
    }

    private mutating func read(_ bytes: Span<UInt8>, function: Range<Int>) {
        KnownJSON.members(bytes, function) { member, value in
            if KnownJSON.isNull(bytes, value) { return }
            if KnownJSON.matches(bytes, member, "name") {
                name = KnownJSON.text(bytes, value)
            } else if KnownJSON.matches(bytes, member, "arguments") {
                arguments =
                    KnownJSON.text(bytes, value)
                    ?? String(decoding: Array(copying: bytes.extracting(value)), as: UTF8.self)
            }
        }
    }
}

extension FinishReason {
    /// The reason that an upstream's word means.
    ///
    /// A word nobody knows still says that the model stopped.
    init?(wire word: String?) {
        guard let word, !word.isEmpty else { return nil }
        self =
            switch word {
            case "length", "max_tokens", "model_length": .length
            case "tool_calls", "tool_use": .toolCalls
            case "content_filter", "safety": .contentFilter
            case "function_call": .functionCall
            default: .stop
            }
    }
}
