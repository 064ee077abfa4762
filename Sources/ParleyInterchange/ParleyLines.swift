import Parley

/// The canonical form: JSON lines that hold everything which is stored of a conversation's active path.
///
/// The first line is the conversation, every further one an item. Times are Unix milliseconds. An item's `content` is its
/// exact JSON. Two exports of the same conversation differ in `exported_at` alone.
enum ParleyLines {
    /// Of the form of the lines; a reader refuses a greater one.
    static let version = 1

    static func head(_ conversation: Conversation, exportedAt: Timestamp) -> [UInt8] {
        line([
            "object": "conversation", "format": "parley", "version": JSON(version),
            "exported_at": JSON(exportedAt.milliseconds), "id": .string(conversation.id.text),
            "title": .string(conversation.title), "created_at": JSON(conversation.createdAt.milliseconds),
            "updated_at": JSON(conversation.updatedAt.milliseconds), "item_count": JSON(conversation.itemCount),
            "model": JSON(conversation.settings.model), "instructions": JSON(conversation.settings.instructions),
            "policy": JSON(conversation.settings.policy?.rawValue),
            "budget": conversation.settings.budget.map { JSON($0) } ?? .null,
            "metadata": .object(pairs(conversation.metadata)), "tags": .array(conversation.tags.map(JSON.string)),
            "pinned": .bool(conversation.pinned), "archived": .bool(conversation.archived),
        ])
    }

    static func line(_ item: Item) -> [UInt8] {
        line([
            "object": "item", "id": .string(item.idText), "position": JSON(item.place.position),
            "created_at": JSON(item.createdAt.milliseconds), "status": .string(item.status.rawValue),
            "turn": JSON(item.turn.map { "turn_\($0.digits)" }), "pinned": .bool(item.pinned),
            "content": .object(item.content.json),
        ])
    }

    private static func line(_ json: JSON) -> [UInt8] { json.encoded + [UInt8(ascii: "\n")] }

    private static func pairs(_ metadata: [String: String]) -> JSON.Object {
        JSON.Object(metadata.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: .string($0.value)) })
    }
}
