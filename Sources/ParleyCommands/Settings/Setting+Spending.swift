import Parley

// What everybody may use, and what it costs.
extension Setting {
    static let prices = Setting(
        "prices",
        "PARLEY_PRICES",
        kind: .list,
        standard: "the table of models",
        help: "Dollars per million tokens of input, output and cached input: `my-model=0.15/0.6/0.075, *=1/3`."
    )
    static let administratorsRead = Setting(
        "admin.read_conversations",
        "PARLEY_ADMIN_READ_CONVERSATIONS",
        kind: .flag,
        standard: "off",
        help: "Let administrators act for other users and read their conversations. This is audited."
    )
    static let spending = [prices, administratorsRead] + Allowance.Measure.allCases.map(\.setting)
}

extension Allowance.Measure {
    /// The setting that limits every user for whom nothing else is set.
    var setting: Setting {
        Setting(
            "limit.\(rawValue)",
            "PARLEY_LIMIT_\(rawValue.uppercased())",
            kind: isCost ? .text : .number(0...Int(Self.ceiling)),
            standard: "none",
            help: help
        )
    }

    private var help: String {
        switch self {
        case .requestsPerMinute: "Requests to models that each user may make in a minute."
        case .tokensPerMinute: "Tokens that each user may use in a minute."
        case .concurrentTurns: "Requests to models that may run for each user at the same time."
        case .tokensPerDay: "Tokens that each user may use in a day (UTC)."
        case .tokensPerMonth: "Tokens that each user may use in a month (UTC)."
        case .costPerDay: "Dollars that each user may spend in a day (UTC)."
        case .costPerMonth: "Dollars that each user may spend in a month (UTC)."
        }
    }
}
