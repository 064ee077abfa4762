package import ParleyStore

/// FTS5, fed with tokens that are ready.
///
/// The tables keep no text, so whoever takes a document out has to name the tokens it was added with.
package struct SQLiteFullText: FullText {
    /// Pages that one step of a merge writes at most.
    private static let step = 64
    /// So many segments of one level are merged into one of the next: FTS5's own number.
    private static let segments = 4

    package init() {}

    package func add(_ document: FullTextDocument, to index: FullTextIndex, _ connection: any Connection) throws {
        switch index {
        case .items:
            try connection.run(
                "INSERT INTO search (rowid, body, marks) VALUES (?, ?, ?)",
                .integer(document.id),
                .text(document.body),
                .text(document.marks)
            )
        case .headings:
            try connection.run(
                "INSERT INTO search_heading (rowid, body) VALUES (?, ?)",
                .integer(document.id),
                .text(document.body)
            )
        }
    }

    package func remove(_ document: FullTextDocument, from index: FullTextIndex, _ connection: any Connection) throws {
        switch index {
        case .items:
            try connection.run(
                "INSERT INTO search (search, rowid, body, marks) VALUES ('delete', ?, ?, ?)",
                .integer(document.id),
                .text(document.body),
                .text(document.marks)
            )
        case .headings:
            try connection.run(
                "INSERT INTO search_heading (search_heading, rowid, body) VALUES ('delete', ?, ?)",
                .integer(document.id),
                .text(document.body)
            )
        }
    }

    package func wantsMerge(of index: FullTextIndex, _ connection: any Connection) throws -> Bool {
        try structure(of: index, connection)?.wantsMerge(of: Self.segments) == true
    }

    package func merge(_ index: FullTextIndex, _ connection: any Connection) throws {
        let table = index.table
        try connection.run("INSERT INTO \(table) (\(table), rank) VALUES ('merge', ?)", .integer(Self.step))
    }

    /// Words that were taken out stay in older segments until these are merged with the newer ones that say so.
    package func compact(_ index: FullTextIndex, begins: Bool, _ connection: any Connection) throws -> Bool {
        let table = index.table
        func changes() throws -> Int64 { try connection.row("SELECT total_changes()") { try $0.integer(0) } ?? 0 }
        let before = try changes()
        // A negative number means all segments, not only those of a full level.
        try connection.run(
            "INSERT INTO \(table) (\(table), rank) VALUES ('merge', ?)",
            .integer(begins ? -Self.step : Self.step)
        )
        // The statement itself is one change; more tell that something was merged.
        return try changes() - before >= 2
    }

    package func size(_ connection: any Connection) throws -> Int64 {
        try (structure(of: .items, connection)?.pages ?? 0) * pageSize(connection)
    }

    package func match(_ expression: FullTextExpression, in index: FullTextIndex) -> FullTextMatch {
        let table = index.table
        return FullTextMatch(
            source: table,
            document: "\(table).rowid",
            score: "-\(table).rank",
            condition: "\(table) MATCH ?",
            argument: .text(Self.text(expression)),
            byRelevance: "\(table).rank",
            newestFirst: "\(table).rowid DESC"
        )
    }

    func structure(of index: FullTextIndex, _ connection: any Connection) throws -> FullTextStructure? {
        try connection.row("SELECT block FROM \(index.table)_data WHERE id = 10") { try $0.blob(0) }
            .flatMap(FullTextStructure.init)
    }

    /// FTS5's own notation; tokens have nothing in them that it could take for an operator.
    private static func text(_ expression: FullTextExpression) -> String {
        switch expression {
        case .phrase(let tokens, let isPrefix): "\"\(tokens.joined(separator: " "))\"\(isPrefix ? "*" : "")"
        case .all(let parts): "(\(parts.map(text).joined(separator: " AND ")))"
        case .any(let parts): "(\(parts.map(text).joined(separator: " OR ")))"
        case .except(let part, let excluded): "(\(text(part)) NOT \(text(excluded)))"
        }
    }
}

extension FullTextIndex {
    /// The name of its table, with which those that FTS5 keeps beside it begin.
    var table: String {
        switch self {
        case .items: "search"
        case .headings: "search_heading"
        }
    }
}
