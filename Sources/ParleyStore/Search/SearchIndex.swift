import Parley

/// The full-text index, as the rest of the store sees it.
enum SearchIndex {
    /// Takes an item out of the index.
    ///
    /// To be called before its text is removed, for removing needs the text. Nothing happens when it is not in the index, or not yet: then it will not come in either.
    static func forget(_ place: Place, _ connection: any Connection) throws {
        guard try !SearchRebuild.isClearing(connection),
            let document = try SearchRuns.document(of: place, connection)
        else { return }
        let found = try connection.row(
            """
            SELECT \(ItemRow.columns), conversation.id, conversation.person_id
            FROM item
            JOIN conversation ON conversation.id = item.conversation_id
            WHERE item.place = ?
            AND item.deleted_at IS NULL
            """,
            .integer(place.key)
        ) {
            (
                item: try ItemRow.item($0), conversation: try $0.integer(ItemRow.end),
                owner: User.ID(try $0.integer(ItemRow.end + 1))
            )
        }
        guard let found else { return }
        var writer = SearchWriter()
        guard
            let indexed = try writer.document(
                of: found.item,
                in: found.conversation,
                of: found.owner,
                connection
            )
        else { return }
        try connection.dialect.fullText.remove(
            FullTextDocument(id: document, body: indexed.body, marks: indexed.marks),
            from: .items,
            connection
        )
        try SearchUpkeep.forgot(.items, connection)
    }
}

/// Turns items and titles into documents: the same ones when they come in and when they go.
struct SearchWriter {
    private var tokeniser = SearchTokeniser()

    /// The document of an item, without its number; `nil` when there is nothing in it to find.
    mutating func document(
        of item: Item,
        in conversation: Int64,
        of owner: User.ID,
        _ connection: any Connection
    ) throws -> (body: String, marks: String)? {
        guard let text = try SearchText.of(item, connection) else { return nil }
        let marks = SearchMarks(owner)
        return (body(text, marks), marks.of(item.content, in: conversation).joined(separator: " "))
    }

    mutating func heading(_ title: String, of conversation: Int64, _ owner: User.ID) -> FullTextDocument {
        FullTextDocument(id: conversation, body: body(title, SearchMarks(owner)))
    }

    private mutating func body(_ text: String, _ marks: SearchMarks) -> String {
        var bytes: [UInt8] = []
        tokeniser.append(text, prefix: Array(marks.prefix.utf8), to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
