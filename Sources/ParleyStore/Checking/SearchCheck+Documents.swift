import Parley

extension SearchCheck {
    /// Every document is of an item that is there, and of no two the same.
    mutating func checkDocuments(_ connection: any Connection) throws {
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
}
