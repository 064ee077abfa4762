import Parley

/// What is set about spending.
struct SpendingSettings: Sendable {
    var prices: [String: ModelPrice]
    /// What limits every user for whom nothing else is set.
    var allowance: Allowance
    var administratorsRead: Bool

    init(_ sources: SettingSources) throws {
        prices = try Settings.pairs(.prices, sources).mapValues { text in
            guard let price = ModelPrice(text) else {
                throw ParleyError(
                    .configuration,
                    "\(Setting.prices.name): '\(text)' is not a price. Write dollars per million tokens of input and output, "
                        + "like 0.15/0.6, and of cached input if it costs less: 0.15/0.6/0.075."
                )
            }
            return price
        }
        administratorsRead = try sources.flag(.administratorsRead, standard: false)
        var allowance = Allowance()
        for measure in Allowance.Measure.allCases { allowance[measure] = try Self.amount(measure, sources) }
        self.allowance = allowance
    }

    private static func amount(_ measure: Allowance.Measure, _ sources: SettingSources) throws -> Int64? {
        guard measure.isCost else { return try sources.number(measure.setting).map(Int64.init) }
        guard let (text, source) = try sources.text(measure.setting) else { return nil }
        guard let amount = Double(text).flatMap(Money.millionths) else {
            throw SettingSources.invalid(measure.setting, source, "an amount in dollars, like 20 or 0.5")
        }
        return amount
    }
}
