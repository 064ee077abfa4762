import Parley

extension Usage {
    /// What the upstream counted; `nil` when it says nothing or something impossible, and then we count.
    init?(_ bytes: Span<UInt8>, _ object: Range<Int>) {
        var input: Int?
        var output: Int?
        var total: Int?
        var cached = 0
        var reasoning = 0
        KnownJSON.members(bytes, object) { name, value in
            if KnownJSON.matches(bytes, name, "prompt_tokens") {
                input = KnownJSON.integer(bytes, value)
            } else if KnownJSON.matches(bytes, name, "completion_tokens") {
                output = KnownJSON.integer(bytes, value)
            } else if KnownJSON.matches(bytes, name, "total_tokens") {
                total = KnownJSON.integer(bytes, value)
            } else if KnownJSON.matches(bytes, name, "prompt_tokens_details") {
                cached = Self.detail("cached_tokens", bytes, value)
            } else if KnownJSON.matches(bytes, name, "completion_tokens_details") {
                reasoning = Self.detail("reasoning_tokens", bytes, value)
            }
        }
        let believed = 0...Usage.ceiling
        guard let input, believed.contains(input) else { return nil }
        if output == nil, let total, believed.contains(total) { output = max(0, total - input) }
        guard let output, believed.contains(output) else { return nil }
        self.init(
            inputTokens: input,
            outputTokens: output,
            cachedTokens: min(max(0, cached), input),
            reasoningTokens: min(max(0, reasoning), output)
        )
    }

    private static func detail(_ wanted: StaticString, _ bytes: Span<UInt8>, _ object: Range<Int>) -> Int {
        var result = 0
        KnownJSON.members(bytes, object) { name, value in
            if KnownJSON.matches(bytes, name, wanted) { result = KnownJSON.integer(bytes, value) ?? 0 }
        }
        return result
    }
}
