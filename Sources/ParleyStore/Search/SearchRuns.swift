import Parley

/// Which document stands for which item.
///
/// Documents are numbered one after the other as items are indexed; neighbours on a branch that are indexed together
/// share a row.
enum SearchRuns {
    /// - Returns: `nil` when the item is not indexed.
    static func document(of place: Place, _ connection: any Connection) throws -> Int64? {
        let run = try connection.row(
            byPlace,
            .integer(place.key)
        ) { (document: try $0.integer(0), place: try $0.integer(1), count: try $0.integer(2)) }
        guard let run, place.key < run.place + run.count else { return nil }
        return run.document + place.key - run.place
    }

    /// - Returns: `nil` when nothing stands there any more.
    static func place(of document: Int64, _ connection: any Connection) throws -> Place? {
        let run = try connection.row(
            byDocument,
            .integer(document)
        ) { (document: try $0.integer(0), place: try $0.integer(1), count: try $0.integer(2)) }
        guard let run, document < run.document + run.count else { return nil }
        return Place(key: run.place + document - run.document)
    }

    /// Numbers for `count` items from a place on.
    /// - Returns: the first of them.
    static func add(_ count: Int64, from place: Place, _ connection: any Connection) throws -> Int64 {
        let next = try connection.row("SELECT next_document FROM search_state WHERE id = 1") { try $0.integer(0) } ?? 1
        let isLonger = try connection.run(
            """
            UPDATE search_run
            SET count = count + ?
            WHERE document = (SELECT max(document) FROM search_run)
            AND document + count = ?
            AND place + count = ?
            """,
            .integer(count),
            .integer(next),
            .integer(place.key)
        )
        if isLonger == 0 {
            try connection.run(
                "INSERT INTO search_run (document, place, count) VALUES (?, ?, ?)",
                .integer(next),
                .integer(place.key),
                .integer(count)
            )
        }
        try connection.run("UPDATE search_state SET next_document = ? WHERE id = 1", .integer(next + count))
        return next
    }

    static let byPlace = """
        SELECT document, place, count
        FROM search_run
        WHERE place <= ?
        ORDER BY place DESC
        LIMIT 1
        """

    static let byDocument = """
        SELECT document, place, count
        FROM search_run
        WHERE document <= ?
        ORDER BY document DESC
        LIMIT 1
        """
}
