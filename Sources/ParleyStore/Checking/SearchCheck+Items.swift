import Parley

extension SearchCheck {
    private struct Entry {
        var item: Item
        var conversation: Int64
        var owner: User.ID
        /// Nobody can find it: it was deleted, or its conversation is seen by nobody.
        var isUnseen: Bool
    }

    /// Every item that can be found is in the index or waits for it, with its own words; no other one is.
    mutating func checkItems(_ connection: any Connection) throws {
        // What waits is another thing in each snapshot.
        waiting = nil
        let page = try connection.rows(
            """
            SELECT \(ItemRow.columns), conversation.id, conversation.person_id,
                item.deleted_at IS NOT NULL OR conversation.hidden = 1
            FROM item
            JOIN conversation ON conversation.id = item.conversation_id
            WHERE item.place > ?
            ORDER BY item.place
            LIMIT \(Self.page)
            """,
            .integer(last)
        ) { row in
            let isUnseen = try row.integer(ItemRow.end + 2) == 1
            return (
                place: try row.integer(0),
                // What is not JSON is told by another check.
                entry: try? Entry(
                    item: ItemRow.item(row),
                    conversation: row.integer(ItemRow.end),
                    owner: User.ID(row.integer(ItemRow.end + 1)),
                    isUnseen: isUnseen
                )
            )
        }
        for entry in page.compactMap(\.entry) { try check(entry, connection) }
        items += Int64(page.count)
        if page.count < Self.page { enter(.documents) } else { last = page.last?.place ?? last }
    }

    private mutating func check(_ entry: Entry, _ connection: any Connection) throws {
        let place = entry.item.place
        let number = try SearchRuns.document(of: place, connection)
        let found = try number.flatMap { number in
            try connection.dialect.fullText.lengths(of: number...number, in: .items, connection)[number]
        }
        guard !entry.isUnseen, let document = try document(of: entry, number ?? 0, connection) else {
            if found != nil { note(.extra, number ?? 0) }
            return
        }
        guard let number, let found else {
            if try !isWaiting(place, connection) { note(.missing, place.key) }
            return
        }
        let isSampled = sample.map { number % $0.rate == $0.rest } ?? true
        let isSound =
            try found == document.length
            && (!isSampled || connection.dialect.fullText.holds(document, in: .items, connection))
        if !isSound { note(.words, place.key) }
    }

    /// `nil` when there is nothing in it to find, or a part of its text is missing, which another check tells.
    private mutating func document(
        of entry: Entry,
        _ number: Int64,
        _ connection: any Connection
    ) throws -> FullTextDocument? {
        do {
            return try writer.document(of: entry.item, in: entry.conversation, of: entry.owner, connection)
                .map { FullTextDocument(id: number, body: $0.body, marks: $0.marks) }
        } catch let error as ParleyError where error.code == .databaseDamaged {
            return nil
        }
    }

    private mutating func isWaiting(_ place: Place, _ connection: any Connection) throws -> Bool {
        if waiting?.branch != place.branch {
            waiting = (place.branch, try Self.waiting(on: place.branch, connection))
        }
        return waiting?.from.map { place.position >= $0 } ?? false
    }

    private static func waiting(on branch: Int64, _ connection: any Connection) throws -> Int64? {
        if try SearchRebuild.isUnnoted(branch, connection) { return 0 }
        return try connection.row(
            """
            SELECT min(position)
            FROM (
                SELECT position
                FROM search_pending
                WHERE branch = ?
                UNION ALL
                SELECT position
                FROM search_rebuild
                WHERE branch = ?
            ) AS waiting
            """,
            .integer(branch),
            .integer(branch)
        ) { try $0.integerOrNil(0) } ?? nil
    }
}
