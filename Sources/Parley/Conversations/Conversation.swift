/// A tree of items with one active tip.
package struct Conversation: Sendable, Identifiable, Identified {
    package static let idPrefix = "conv_"

    package var id: Identifier<Conversation>
    package var title: String
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    /// How many items the active path has.
    package var itemCount: Int
    package var settings: Settings
    package var metadata: [String: String]
    package var tags: [String]
    package var pinned: Bool
    package var archived: Bool
    /// Exempt from every prune.
    package var held: Bool
    /// When it was deleted; `nil` for one that is there.
    package var deletedAt: Timestamp?

    /// What holds for every turn of a conversation unless the request says otherwise.
    package struct Settings: Hashable, Sendable {
        /// The model that answers.
        package var model: String?
        /// The system message in front of every context.
        package var instructions: String?
        package var policy: ContextPolicy?
        /// The most tokens that a context may take.
        package var budget: Int?

        package init(
            model: String? = nil,
            instructions: String? = nil,
            policy: ContextPolicy? = nil,
            budget: Int? = nil
        ) {
            self.model = model
            self.instructions = instructions
            self.policy = policy
            self.budget = budget
        }
    }

    package init(
        id: Identifier<Conversation>,
        title: String,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        itemCount: Int,
        settings: Settings,
        metadata: [String: String],
        tags: [String],
        pinned: Bool,
        archived: Bool,
        held: Bool = false,
        deletedAt: Timestamp? = nil
    ) {
        self.id = id
        self.title = title
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.itemCount = itemCount
        self.settings = settings
        self.metadata = metadata
        self.tags = tags
        self.pinned = pinned
        self.archived = archived
        self.held = held
        self.deletedAt = deletedAt
    }
}

extension Conversation {
    /// A title made from what was said first: its first line, at most 60 characters.
    package static func title(from text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).first { !$0.allSatisfy(\.isWhitespace) } ?? ""
        let words = line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.count <= 60 ? words : words.prefix(59) + "…"
    }
}

/// What changes of a conversation; `nil` leaves a thing as it is.
package struct ConversationChange: Sendable {
    package var title: String?
    package var metadata: [String: String]?
    package var tags: [String]?
    package var pinned: Bool?
    package var archived: Bool?
    package var held: Bool?
    package var model: Update<String>
    package var instructions: Update<String>
    package var policy: Update<ContextPolicy>
    package var budget: Update<Int>

    /// A setting is left alone, cleared or set.
    package enum Update<Value: Sendable>: Sendable {
        case keep
        case clear
        case set(Value)

        /// The value after the update.
        package func applied(to value: Value?) -> Value? {
            switch self {
            case .keep: value
            case .clear: nil
            case .set(let new): new
            }
        }
    }

    package init(
        title: String? = nil,
        metadata: [String: String]? = nil,
        tags: [String]? = nil,
        pinned: Bool? = nil,
        archived: Bool? = nil,
        held: Bool? = nil,
        model: Update<String> = .keep,
        instructions: Update<String> = .keep,
        policy: Update<ContextPolicy> = .keep,
        budget: Update<Int> = .keep
    ) {
        self.title = title
        self.metadata = metadata
        self.tags = tags
        self.pinned = pinned
        self.archived = archived
        self.held = held
        self.model = model
        self.instructions = instructions
        self.policy = policy
        self.budget = budget
    }
}
