/// For how long things are kept.
///
/// Of the rules for a conversation's tags the one that keeps it longest counts, else its user's, else the general one.
package struct RetentionPolicy: Hashable, Sendable {
    /// A conversation goes when nothing was said or changed in it for so long.
    package var idle: Limit
    package var users: [String: Limit]
    package var tags: [String: Limit]
    /// What is left of a turn without its conversation goes after this time: model, tokens, cost.
    package var usage: Limit
    /// For how long a deleted conversation can be restored.
    package var deleted: Duration

    package enum Limit: Hashable, Comparable, Sendable {
        case after(Duration)
        case never

        package init?(text: String) {
            if ["never", "off"].contains(text) {
                self = .never
            } else {
                guard let duration = Duration(text: text) else { return nil }
                self = .after(duration)
            }
        }

        package var duration: Duration? {
            if case .after(let duration) = self { duration } else { nil }
        }

        package var text: String { duration?.shortText ?? "never" }
    }

    package init(
        idle: Limit = .never,
        users: [String: Limit] = [:],
        tags: [String: Limit] = [:],
        usage: Limit = .never,
        deleted: Duration = .seconds(30 * 86_400)
    ) {
        self.idle = idle
        self.users = users
        self.tags = tags
        self.usage = usage
        self.deleted = deleted
    }
}

extension RetentionPolicy {
    /// The policy with its names in order.
    package var json: JSON.Object {
        func limits(_ limits: [String: Limit]) -> JSON {
            let pairs = limits.sorted { $0.key < $1.key }
            return .object(.init(pairs.map { .init(name: $0.key, value: .string($0.value.text)) }))
        }
        return JSON.Object([
            .init(name: "idle", value: .string(idle.text)), .init(name: "users", value: limits(users)),
            .init(name: "tags", value: limits(tags)), .init(name: "usage", value: .string(usage.text)),
            .init(name: "deleted", value: .string(deleted.shortText)),
        ])
    }
}
