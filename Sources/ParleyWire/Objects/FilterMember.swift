/// The conditions of a filter, as query parameters and as members of a JSON object.
package enum FilterMember: String, CaseIterable, Sendable {
    case title = "q"
    case tag
    case model
    case archived
    case pinned
    case metadata
    case createdBefore = "created_before"
    case createdAfter = "created_after"
    case updatedBefore = "updated_before"
    case updatedAfter = "updated_after"
    case minimumTurns = "min_turns"
    case rating
    case empty
    case minimumTokens = "min_tokens"
    case minimumBytes = "min_bytes"
    case minimumCost = "min_cost"

    /// What a member holds.
    package enum Kind {
        case text
        case texts
        case flag
        case pairs
        /// Unix seconds, or a text by RFC 3339.
        case time
        case number
    }

    package var kind: Kind {
        switch self {
        case .title, .model: .text
        case .tag: .texts
        case .archived, .pinned, .empty: .flag
        case .metadata: .pairs
        case .createdBefore, .createdAfter, .updatedBefore, .updatedAfter: .time
        case .minimumTurns, .rating, .minimumTokens, .minimumBytes, .minimumCost: .number
        }
    }
}
