import Parley

/// Keeps the readable text of compactions beside their items, where it can be edited without touching a hash.
enum Compactions {
    /// The members that are not part of what is hashed and stored with the item.
    private static let beside = ["summary", "encrypted_content"]

    /// The item as it is hashed and stored.
    static func stored(_ content: ItemContent) -> ItemContent {
        guard content.kind == .compaction else { return content }
        var content = content
        for name in beside { content.json[name] = nil }
        return content
    }

    static func insert(_ content: ItemContent, at place: Place, _ connection: any Connection) throws {
        guard content.kind == .compaction else { return }
        try connection.run(
            "INSERT INTO compaction (place, summary) VALUES (?, ?)",
            .integer(place.key),
            .text(content.text)
        )
    }

    /// The item with its text and the form of it that clients carry.
    static func complete(_ item: Item, _ connection: any Connection) throws -> Item {
        guard item.content.kind == .compaction else { return item }
        let found = try connection.row(
            """
            SELECT compaction.summary, conversation.person_id
            FROM compaction
            JOIN item ON item.place = compaction.place
            JOIN conversation ON conversation.id = item.conversation_id
            WHERE compaction.place = ?
            """,
            .integer(item.place.key)
        ) { (try $0.text(0), User.ID(try $0.integer(1))) }
        guard let (summary, owner) = found else { return item }
        var item = item
        item.content.json["encrypted_content"] = .string(try Seal.newest(connection).close(summary, for: owner))
        item.content.json["summary"] = .string(summary)
        return item
    }

    /// The text alone, and when it was edited.
    static func text(
        at place: Place,
        _ connection: any Connection
    ) throws -> (summary: String, editedAt: Timestamp?)? {
        try connection.row("SELECT summary, edited_at FROM compaction WHERE place = ?", .integer(place.key)) { row in
            (try row.text(0), try row.integerOrNil(1).map(Timestamp.init(milliseconds:)))
        }
    }

    static func edit(_ place: Place, _ summary: String, _ connection: any Connection) throws {
        try connection.run(
            "UPDATE compaction SET summary = ?, edited_at = ? WHERE place = ?",
            .text(summary),
            .integer(Timestamp.now.milliseconds),
            .integer(place.key)
        )
        try connection.run("UPDATE item SET tokens = NULL WHERE place = ?", .integer(place.key))
    }
}
