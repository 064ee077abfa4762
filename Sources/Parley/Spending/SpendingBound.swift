/// The most tokens that a request can take, told from the body that goes to the upstream.
///
/// Whatever a client hides its text in, the upstream reads this body and nothing else.
package struct SpendingBound: Hashable, Sendable {
    package var input: Int64
    package var output: Int64

    /// What a picture takes at most with a model that is not known to take less: the most that vision models with
    /// patches of 28 or 32 pixels read of one, as Qwen2-VL says it.
    static let unknownPicture = 16_384
    /// What models put around messages beyond the text of the JSON.
    static let framing: Int64 = 32

    /// The bound of a body, for a request that allows a `maximum` of output tokens to each of its `samples`.
    ///
    /// For a model without a vocabulary every byte counts as a token, which no byte-level vocabulary exceeds.
    package init(
        of body: [UInt8],
        maximum: Int?,
        samples: Int,
        profile: ModelProfile,
        counter: any TokenCounter
    ) {
        let (text, images) = PictureScanner.withoutPictures(body)
        let count = profile.vocabulary.map { counter.count(String(decoding: text, as: UTF8.self), in: $0) }
        let pictures = images * Int64(profile.pictureTokens ?? Self.unknownPicture)
        input = Int64(count ?? text.count) + pictures + Self.framing
        let ceiling = profile.maximumOutput ?? (maximum == nil ? profile.window : Usage.ceiling)
        // At most 10⁹ tokens, times as many samples as a body has bytes.
        output = Int64(min(max(maximum ?? Usage.ceiling, 0), ceiling, Usage.ceiling)) * Int64(max(1, samples))
    }

    package var total: Int64 { input + output }
}

extension ModelProfile {
    /// The most that a call can cost, in millionths of a dollar; `nil` when the price is unknown.
    ///
    /// Nothing is taken to come out of the prompt cache.
    func cost(of bound: SpendingBound) -> Int64? {
        cost(of: Usage(inputTokens: Int(bound.input), outputTokens: Int(bound.output)))
    }
}
