import Parley

/// Compares the search index with what it should hold, a part at a time.
///
/// Whole: which items, documents and titles there are, and how many words each has. Of a large index only a sample of the
/// documents is compared word for word, another one each time.
struct SearchCheck: Sendable {
    /// How many items were looked at.
    private(set) var items: Int64 = 0
    private(set) var isDone = false
    private var stage = Stage.items
    /// The last one that was looked at: an item's place, a document, a conversation.
    private var last: Int64 = 0
    /// Of the documents one in so many is compared word for word, those with this remainder.
    private var sample: (rate: Int64, rest: Int64)?
    /// The branch that was looked at last, and from where on its items are not indexed yet.
    private var waiting: (branch: Int64, from: Int64?)?
    private var drift: [Drift: (count: Int64, first: Int64)] = [:]
    private var writer = SearchWriter()

    /// What can be wrong with an index.
    enum Drift: CaseIterable {
        case missing
        case extra
        case words
        case titles
    }

    private enum Stage {
        case items
        case documents
        case titles
    }

    private static let page = 500
    private static let documents: Int64 = 5_000
    /// How many documents are compared word for word.
    private static let sampled: Int64 = 5_000
    static let remedy = "Build the index again with `parley database reindex`."

    /// What was found, once it is done.
    var findings: [DatabaseFinding] {
        Drift.allCases.compactMap { kind in
            drift[kind].map { DatabaseFinding(.search, kind.detail($0.count, $0.first), remedy: Self.remedy) }
        }
    }

    /// In one snapshot: what is compared belongs together.
    mutating func advance(_ connection: any Connection) throws {
        // Of an index that is being thrown away there is nothing to compare.
        if try SearchRebuild.isClearing(connection) {
            isDone = true
            drift = [:]
            return
        }
        if sample == nil {
            let next = try connection.row("SELECT next_document FROM search_state WHERE id = 1") { try $0.integer(0) }
            let rate = max(1, (next ?? 0) / Self.sampled)
            sample = (rate, Int64.random(in: 0..<rate))
        }
        switch stage {
        case .items: try checkItems(connection)
        case .documents: try checkDocuments(connection)
        case .titles: try checkTitles(connection)
        }
    }

    private mutating func note(_ kind: Drift, _ number: Int64) {
        drift[kind, default: (0, number)].count += 1
    }

    private mutating func enter(_ next: Stage) { (stage, last) = (next, 0) }
}

extension SearchCheck.Drift {
    fileprivate func detail(_ count: Int64, _ first: Int64) -> String {
        switch self {
        case .missing: "\(count) items are not in the search index, the first at place \(first)"
        case .extra: "\(count) documents of the search index are of no item, the first is \(first)"
        case .words: "\(count) items have other words in the search index than they say, the first at place \(first)"
        case .titles: "\(count) titles are not in the search index as they are, the first of conversation \(first)"
        }
    }
}

// MARK: Items

extension SearchCheck {
    private struct Entry {
        var item: Item
        var conversation: Int64
        var owner: User.ID
        /// Nobody can find it: it was deleted, or its conversation is seen by nobody.
        var isUnseen: Bool
    }

    /// Every item that can be found is in the index or waits for it, with its own words; no other one is.
    private mutating func checkItems(_ connection: any Connection) throws {
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

// MARK: Documents and titles

extension SearchCheck {
    /// Every document is of an item that is there, and of no two the same.
    private mutating func checkDocuments(_ connection: any Connection) throws {
        let range = last + 1...last + Self.documents
        let next = try connection.row("SELECT next_document FROM search_state WHERE id = 1") { try $0.integer(0) } ?? 1
        let known = try connection.dialect.fullText.lengths(of: range, in: .items, connection).keys.sorted()
        var run: Run?
        for document in known {
            if run?.documents.contains(document) != true { run = try Run(of: document, connection) }
            if run?.holds(document) != true { note(.extra, document) }
        }
        if range.upperBound >= next { enter(.titles) } else { last = range.upperBound }
    }

    /// Neighbouring documents, and for which of them there are items.
    private struct Run {
        var documents: Range<Int64>
        private var first: Int64
        private var places: Set<Int64>

        /// `nil` when the document belongs to none.
        init?(of document: Int64, _ connection: any Connection) throws {
            let found = try connection.row(SearchRuns.byDocument, .integer(document)) {
                (document: try $0.integer(0), place: try $0.integer(1), count: try $0.integer(2))
            }
            guard let found, document < found.document + found.count else { return nil }
            documents = found.document..<found.document + found.count
            first = found.place
            // Another run for the same items would be the one that is asked.
            let isOnly = try SearchRuns.document(of: Place(key: found.place), connection) == found.document
            places =
                try isOnly
                ? Set(
                    connection.rows(
                        "SELECT place FROM item WHERE place BETWEEN ? AND ?",
                        .integer(found.place),
                        .integer(found.place + found.count - 1)
                    ) { try $0.integer(0) }
                ) : []
        }

        func holds(_ document: Int64) -> Bool { places.contains(first + document - documents.lowerBound) }
    }

    /// The titles that somebody gave are in the index of titles, and no others.
    private mutating func checkTitles(_ connection: any Connection) throws {
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
        for title in titles where try !title.isWaiting && !SearchRebuild.isUnnotedTitle(title.conversation, connection) {
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
