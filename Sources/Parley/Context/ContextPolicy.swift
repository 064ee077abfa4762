/// Which items of a conversation are sent when not all of them fit.
package enum ContextPolicy: Hashable, Sendable {
    /// Everything, or an error when it does not fit.
    case all
    /// The newest turns that fit.
    case recent
    /// At most the last so many turns, as far as they fit.
    case turns(Int)
    /// Cuts only when the budget is passed, down to six tenths of it, and remembers the cut: between two cuts the sent
    /// prefix is byte-identical, so the upstream's prompt cache stays warm.
    case stable
    /// The newest turns that fit, and a summary of those before them, written by the model.
    case summary
    /// The newest turns that fit, and before them the older ones that a search for the newest message finds.
    case recall
}

extension ContextPolicy: RawRepresentable {
    /// Reads `all`, `recent`, `turns:N` with N from 1 to 100,000, `stable`, `summary` and `recall`.
    package init?(rawValue: String) {
        switch rawValue {
        case "all": self = .all
        case "recent": self = .recent
        case "stable": self = .stable
        case "summary": self = .summary
        case "recall": self = .recall
        default:
            guard rawValue.hasPrefix("turns:"), let count = Int(rawValue.dropFirst(6)), (1...100_000).contains(count)
            else { return nil }
            self = .turns(count)
        }
    }

    package var rawValue: String {
        switch self {
        case .all: "all"
        case .recent: "recent"
        case .turns(let count): "turns:\(count)"
        case .stable: "stable"
        case .summary: "summary"
        case .recall: "recall"
        }
    }
}
