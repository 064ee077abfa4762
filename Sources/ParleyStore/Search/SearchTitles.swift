import Parley

/// Keeps the titles in the index that say more than the first message of their conversation.
enum SearchTitles {
    /// Titles that are written in one job.
    private static let slice = 64

    private struct Change {
        var conversation: Int64
        var title: String?
        var owner: User.ID?
        var indexed: String?
        var indexedOwner: User.ID?
    }

    static func areWaiting(_ connection: any Connection) throws -> Bool {
        try connection.row("SELECT 1 FROM search_pending WHERE branch < 0 LIMIT 1") { try $0.integer(0) } != nil
    }

    static func write(_ connection: any Connection) throws {
        guard try !SearchRebuild.isClearing(connection) else { return }
        var writer = SearchWriter()
        for change in try changes(connection) {
            try carryOut(change, &writer, connection)
            try connection.run(
                "DELETE FROM search_pending WHERE branch = ?",
                .integer(-change.conversation)
            )
        }
    }

    private static func changes(_ connection: any Connection) throws -> [Change] {
        try connection.rows(
            """
            SELECT -search_pending.branch, conversation.title, conversation.person_id, search_title.title,
                search_title.person_id
            FROM search_pending
            LEFT JOIN conversation ON conversation.id = -search_pending.branch AND conversation.hidden = 0
            LEFT JOIN search_title ON search_title.conversation_id = -search_pending.branch
            WHERE search_pending.branch < 0
            ORDER BY search_pending.branch
            LIMIT ?
            """,
            .integer(slice)
        ) { row in
            Change(
                conversation: try row.integer(0),
                title: try row.textOrNil(1),
                owner: try row.integerOrNil(2).map(User.ID.init),
                indexed: try row.textOrNil(3),
                indexedOwner: try row.integerOrNil(4).map(User.ID.init)
            )
        }
    }

    private static func carryOut(
        _ change: Change,
        _ writer: inout SearchWriter,
        _ connection: any Connection
    ) throws {
        let index = connection.dialect.fullText
        let row = Value.integer(change.conversation)
        let title = try change.title.flatMap { try isOwn($0, change.conversation, connection) ? $0 : nil }
        guard title != change.indexed else { return }
        if let indexed = change.indexed, let owner = change.indexedOwner {
            try index.remove(writer.heading(indexed, of: change.conversation, owner), from: .headings, connection)
            try SearchUpkeep.forgot(.headings, connection)
            try connection.run("DELETE FROM search_title WHERE conversation_id = ?", row)
        }
        guard let title, let owner = change.owner else { return }
        try index.add(writer.heading(title, of: change.conversation, owner), to: .headings, connection)
        try connection.run(
            "INSERT INTO search_title (conversation_id, person_id, title) VALUES (?, ?, ?)",
            row,
            .integer(owner.rawValue),
            .text(title)
        )
    }

    /// Whether somebody gave it; one that was taken from the first message is found there.
    static func isOwn(_ title: String, _ conversation: Int64, _ connection: any Connection) throws -> Bool {
        guard !title.isEmpty else { return false }
        let items = try connection.rows(
            """
            SELECT \(ItemRow.columns)
            FROM branch
            JOIN item ON item.place BETWEEN branch.id << 24 AND branch.id << 24 | 8
            WHERE branch.conversation_id = ?
            AND branch.parent_branch_id IS NULL
            AND item.kind = 'message'
            ORDER BY item.place
            LIMIT 16
            """,
            .integer(conversation)
        ) { try ItemRow.item($0) }
        return !items.contains { $0.content.isFromUser && Conversation.title(from: $0.content.text) == title }
    }
}
