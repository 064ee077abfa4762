/// What a query asks beside the text.
package struct SearchFilter: Hashable, Sendable {
    package var condition: Condition
    package var isNegated: Bool

    package enum Condition: Hashable, Sendable {
        case role(Role)
        case model(String)
        case conversation(Conversation.ID)
        /// Conversations whose title contains this.
        case title(String)
        case tag(String)
        case before(Timestamp)
        case after(Timestamp)
        /// Calls of tools and their results.
        case hasTool
    }

    package enum Role: String, Sendable {
        case user
        case assistant
        /// Results of tools.
        case tool
        /// Instructions, a developer's too.
        case system
    }
}

extension SearchFilter.Condition {
    static let names = ["role", "model", "in", "tag", "before", "after", "has"]

    /// Reads `name:value`; `nil` when it is none, and then is text.
    init?(_ name: String, _ value: String) {
        guard !value.isEmpty else { return nil }
        switch name {
        case "role":
            guard let role = SearchFilter.Role(rawValue: value.lowercased()) else { return nil }
            self = .role(role)
        case "model": self = .model(value)
        case "in":
            self =
                if value.hasPrefix(Conversation.idPrefix), let id = Conversation.ID(value) { .conversation(id) } else {
                    .title(value)
                }
        case "tag": self = .tag(value)
        case "before":
            guard let moment = ISOTime(value) else { return nil }
            self = .before(moment.time)
        case "after":
            guard let moment = ISOTime(value) else { return nil }
            self = .after(moment.time)
        case "has":
            guard ["tool", "tools"].contains(value.lowercased()) else { return nil }
            self = .hasTool
        default: return nil
        }
    }
}
