/// What a model costs, in dollars per million tokens.
package struct ModelPrice: Hashable, Sendable {
    package var input: Double
    package var output: Double
    /// Of input that the upstream had in its prompt cache; the same as other input when it is unknown.
    package var cached: Double?

    package init(input: Double, output: Double, cached: Double? = nil) {
        self.input = input
        self.output = output
        self.cached = cached
    }

    /// Reads `INPUT/OUTPUT` or `INPUT/OUTPUT/CACHED`; `nil` for anything else, and beyond a million dollars.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let prices = parts.compactMap { Double($0) }.filter { (0...1_000_000).contains($0) }
        guard (2...3).contains(parts.count), prices.count == parts.count else { return nil }
        self.init(input: prices[0], output: prices[1], cached: prices.count == 3 ? prices[2] : nil)
    }

    /// Millionths of a dollar, rounded up.
    package func cost(of usage: Usage) -> Int64 {
        let cachedTokens = min(usage.cachedTokens, usage.inputTokens)
        // Dollars per million tokens are millionths of a dollar per token.
        let cost =
            Double(usage.inputTokens - cachedTokens) * input + Double(cachedTokens) * (cached ?? input)
            + Double(usage.outputTokens) * output
        return Int64(min(cost, Double(Allowance.Measure.ceiling)).rounded(.up))
    }
}
