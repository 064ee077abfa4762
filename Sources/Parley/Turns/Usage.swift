/// What a turn cost in tokens.
package struct Usage: Hashable, Sendable {
    package var inputTokens: Int
    package var outputTokens: Int
    /// Of the input, what the upstream had in its prompt cache.
    package var cachedTokens: Int
    /// Of the output, what was reasoning.
    package var reasoningTokens: Int
    /// Counted by us because the upstream did not say, or said something impossible.
    package var estimated: Bool

    package init(
        inputTokens: Int,
        outputTokens: Int,
        cachedTokens: Int = 0,
        reasoningTokens: Int = 0,
        estimated: Bool = false
    ) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.cachedTokens = cachedTokens
        self.reasoningTokens = reasoningTokens
        self.estimated = estimated
    }

    /// Never overflows: both parts are bounded where they are read.
    package var totalTokens: Int { inputTokens &+ outputTokens }

    /// The most tokens that are believed; what an upstream reports beyond it is taken as a mistake.
    package static let ceiling = 1_000_000_000

    /// The most that a turn is believed to have cost, in millionths of a dollar: a hundred thousand dollars.
    package static let costCeiling: Int64 = 100_000_000_000
}
