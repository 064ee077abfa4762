package import ParleyStore

/// Looking into an index without using it.
extension SQLiteFullText {
    /// Tokens that one query looks for, and how many such queries are made for a document.
    private static let phrase = 32
    private static let phrases = 8

    /// The pages on which the terms of each segment begin are in a table of their own.
    package func extent(of beginning: String, roughly: Bool, _ connection: any Connection) throws -> Int64 {
        guard let structure = try structure(of: .items, connection) else { return 0 }
        let segments = structure.segments.sorted { $0.pages > $1.pages }.prefix(roughly ? 1 : .max)
        // Terms stand there behind the number of their index, and no UTF-8 has the byte 0xFF.
        let first = [UInt8(ascii: "0")] + Array(beginning.utf8)
        let end = first + [0xFF]
        var pages: Int64 = 0
        for segment in segments {
            let start = try connection.row(
                "SELECT pgno / 2 FROM search_idx WHERE segid = ? AND term <= ? ORDER BY term DESC LIMIT 1",
                .integer(segment.id),
                .blob(first)
            ) { try $0.integer(0) }
            let behind = try connection.row(
                "SELECT pgno / 2 FROM search_idx WHERE segid = ? AND term >= ? ORDER BY term LIMIT 1",
                .integer(segment.id),
                .blob(end)
            ) { try $0.integer(0) }
            pages += max(0, (behind ?? segment.last + 1) - (start ?? segment.first))
        }
        return try pages * pageSize(connection)
    }

    package func lengths(
        of documents: ClosedRange<Int64>,
        in index: FullTextIndex,
        _ connection: any Connection
    ) throws -> [Int64: FullTextLength] {
        let rows = try connection.rows(
            "SELECT id, sz FROM \(index.table)_docsize WHERE id BETWEEN ? AND ?",
            .integer(documents.lowerBound),
            .integer(documents.upperBound)
        ) { row in
            var sizes = try row.blob(1)[...]
            return (try row.integer(0), FullTextLength(body: sizes.popVarint() ?? 0, marks: sizes.popVarint() ?? 0))
        }
        return Dictionary(rows) { first, _ in first }
    }

    package func holds(
        _ document: FullTextDocument,
        in index: FullTextIndex,
        _ connection: any Connection
    ) throws -> Bool {
        let tokens = document.body.split(separator: " ").prefix(Self.phrase * Self.phrases)
        var conditions = stride(from: 0, to: tokens.count, by: Self.phrase).map { start in
            "body : \"\(tokens[start..<min(start + Self.phrase, tokens.count)].joined(separator: " "))\""
        }
        if !document.marks.isEmpty { conditions.append("marks : \"\(document.marks)\"") }
        return try conditions.allSatisfy { condition in
            try connection.row(
                "SELECT 1 FROM \(index.table) WHERE \(index.table) MATCH ? AND rowid = ?",
                .text(condition),
                .integer(document.id)
            ) { try $0.integer(0) } != nil
        }
    }

    /// Reads every term and every place in which it stands, and compares their number with FTS5's own sums.
    ///
    /// FTS5's `integrity-check` would need the writer for as long as the index is large; this needs a reader.
    package func damage(of index: FullTextIndex, _ connection: any Connection) throws -> [String] {
        let found = try connection.row(
            """
            SELECT
                (SELECT coalesce(sum(cnt), 0) FROM \(index.table)_term),
                (SELECT count(*) FROM \(index.table)_docsize),
                (SELECT block FROM \(index.table)_data WHERE id = 1)
            """
        ) { (tokens: try $0.integer(0), documents: try $0.integer(1), sums: try $0.blobOrNil(2)) }
        guard let found else { return [] }
        var sums = (found.sums ?? [])[...]
        let documents = sums.popVarint() ?? 0
        var tokens: Int64 = 0
        while let more = sums.popVarint() { tokens += more }
        var damage: [String] = []
        if found.documents != documents { damage.append("has \(found.documents) documents instead of \(documents)") }
        if found.tokens != tokens { damage.append("has \(found.tokens) words instead of \(tokens)") }
        return damage
    }

    func pageSize(_ connection: any Connection) throws -> Int64 {
        try connection.row("PRAGMA page_size") { try $0.integer(0) } ?? 0
    }
}
