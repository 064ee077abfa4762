/// By what conversations are put in order.
package enum ConversationSort: String, CaseIterable, Sendable {
    case updated
    case created
    case title
    /// Items on the active path.
    case items
    /// Tokens in and out over all turns.
    case tokens
    /// Bytes of all items.
    case size
    /// What was paid over all turns.
    case cost

    /// Whether every conversation's turns or items have to be looked at.
    package var isCostly: Bool {
        switch self {
        case .updated, .created, .title, .items: false
        case .tokens, .size, .cost: true
        }
    }
}
