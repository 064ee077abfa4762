import Parley

extension SearchCheck {
    /// The titles that somebody gave are in the index of titles, and no others.
    mutating func checkTitles(_ connection: any Connection) throws {
        let titles = try connection.rows(
            """
            SELECT conversation.id, conversation.title, conversation.hidden, search_title.title,
                search_title.person_id, search_pending.branch IS NOT NULL
            FROM conversation
            LEFT JOIN search_title ON search_title.conversation_id = conversation.id
            LEFT JOIN search_pending ON search_pending.branch = -conversation.id
            WHERE conversation.id > ?
            ORDER BY conversation.id
            LIMIT \(Self.page)
            """,
            .integer(last)
        ) { row in
            (
                conversation: try row.integer(0), title: try row.text(1), isHidden: try row.integer(2) == 1,
                indexed: try row.textOrNil(3), owner: try row.integerOrNil(4).map(User.ID.init),
                isWaiting: try row.integer(5) == 1
            )
        }
        for title in titles where !title.isWaiting {
            guard try !SearchRebuild.isUnnotedTitle(title.conversation, connection) else { continue }
            guard let isOwn = try isOwn(title.title, title.conversation, connection) else { continue }
            let document = title.indexed.flatMap { indexed in
                title.owner.map { writer.heading(indexed, of: title.conversation, $0) }
            }
            let isSound = title.indexed == (isOwn && !title.isHidden ? title.title : nil)
            if try !isSound || !isIndexed(title.conversation, document, connection) {
                note(.titles, title.conversation)
            }
        }
        if titles.count < Self.page { isDone = true } else { last = titles.last?.conversation ?? last }
    }

    /// `nil` when the messages that it is compared with are damaged, which another check tells.
    private func isOwn(_ title: String, _ conversation: Int64, _ connection: any Connection) throws -> Bool? {
        do {
            return try SearchTitles.isOwn(title, conversation, connection)
        } catch let error as ParleyError where error.code == .databaseDamaged {
            return nil
        }
    }

    private func isIndexed(
        _ conversation: Int64,
        _ document: FullTextDocument?,
        _ connection: any Connection
    ) throws -> Bool {
        let index = connection.dialect.fullText
        let found = try index.lengths(of: conversation...conversation, in: .headings, connection)[conversation]
        guard let document else { return found == nil }
        return try found == document.length && index.holds(document, in: .headings, connection)
    }
}
