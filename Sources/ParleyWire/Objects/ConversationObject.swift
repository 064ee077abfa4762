package import Parley

/// A conversation as the API shows it: OpenAI's four members and our own.
package enum ConversationObject {
    package static func json(_ conversation: Conversation) -> JSON {
        [
            "id": .string(conversation.id.text), "object": "conversation",
            "created_at": JSON(conversation.createdAt.seconds), "updated_at": JSON(conversation.updatedAt.seconds),
            "title": .string(conversation.title), "item_count": JSON(conversation.itemCount),
            "model": JSON(conversation.settings.model), "instructions": JSON(conversation.settings.instructions),
            "context": [
                "policy": JSON(conversation.settings.policy?.rawValue),
                "budget": conversation.settings.budget.map { JSON($0) } ?? .null,
            ],
            "metadata": .object(metadata(conversation.metadata)),
            "tags": .array(conversation.tags.map(JSON.string)), "pinned": .bool(conversation.pinned),
            "archived": .bool(conversation.archived), "held": .bool(conversation.held),
            "deleted_at": conversation.deletedAt.map { JSON($0.seconds) } ?? .null,
        ]
    }

    /// What an administrator sees of another's conversation: no word of what was said, and nothing that somebody wrote
    /// about it.
    package static func facts(_ conversation: Conversation) -> JSON {
        [
            "id": .string(conversation.id.text), "object": "conversation.facts",
            "created_at": JSON(conversation.createdAt.seconds), "updated_at": JSON(conversation.updatedAt.seconds),
            "item_count": JSON(conversation.itemCount), "model": JSON(conversation.settings.model),
            "pinned": .bool(conversation.pinned), "archived": .bool(conversation.archived),
        ]
    }

    /// What tells a client that a conversation is gone.
    package static func deleted(_ id: Conversation.ID) -> JSON {
        ["id": .string(id.text), "object": "conversation.deleted", "deleted": true]
    }

    /// Pairs in the order of their names.
    static func metadata(_ pairs: [String: String]) -> JSON.Object {
        JSON.Object(pairs.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: .string($0.value)) })
    }
}
