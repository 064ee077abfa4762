import Parley

/// When an index is merged into one segment, which costs as much as it is large.
///
/// Only then is nothing left in the file of the words that were taken out. Whoever removes something by hand waits for
/// it; what goes otherwise is gone within a day, so that a few conversations an hour do not cost the whole index each
/// time.
enum SearchUpkeep {
    /// A small index is merged as soon as something was taken out.
    private static let small: Int64 = 20_000
    /// A large one once that was one document in so many.
    private static let part: Int64 = 50
    private static let titles: Int64 = 200
    /// After so many milliseconds in any case.
    static let longest: Int64 = 86_400_000

    /// Notes that a document was taken out.
    static func forgot(_ index: FullTextIndex, _ connection: any Connection) throws {
        let column = index == .items ? "forgotten" : "forgotten_titles"
        try connection.run(
            "UPDATE search_state SET \(column) = \(column) + 1, forgotten_at = coalesce(forgotten_at, ?) WHERE id = 1",
            .integer(Timestamp.now.milliseconds)
        )
    }

    /// Which indexes are due to be merged, the small one first.
    static func due(_ connection: any Connection) throws -> [FullTextIndex] {
        let state = try connection.row(
            "SELECT forgotten, forgotten_titles, forgotten_at, next_document FROM search_state WHERE id = 1"
        ) { row in
            (
                items: try row.integer(0), titles: try row.integer(1), since: try row.integerOrNil(2),
                documents: try row.integer(3)
            )
        }
        guard let state, state.items > 0 || state.titles > 0 else { return [] }
        let isTime = state.since.map { Timestamp.now.milliseconds - $0 >= longest } ?? false
        let wantsItems = state.documents < small || state.items >= state.documents / part || isTime
        let wantsTitles = state.titles >= titles || isTime || state.items > 0 && wantsItems
        return (wantsTitles && state.titles > 0 ? [.headings] : []) + (wantsItems && state.items > 0 ? [.items] : [])
    }

    /// Takes the first or a further step; an engine goes on by itself with what was begun.
    ///
    /// What is forgotten from now on counts for the next time.
    /// - Returns: whether there is more to do.
    static func merge(_ index: FullTextIndex, begins: Bool, _ connection: any Connection) throws -> Bool {
        if begins {
            let column = index == .items ? "forgotten" : "forgotten_titles"
            try connection.run("UPDATE search_state SET \(column) = 0 WHERE id = 1")
            try connection.run(
                "UPDATE search_state SET forgotten_at = NULL WHERE id = 1 AND forgotten = 0 AND forgotten_titles = 0"
            )
        }
        return try connection.dialect.fullText.compact(index, begins: begins, connection)
    }
}

extension Store {
    /// Merges an index whole.
    func compact(_ index: FullTextIndex) async throws {
        var begins = true
        var hasMore = true
        while hasMore {
            hasMore = try await database.write(.maintenance) { [begins] in
                try SearchUpkeep.merge(index, begins: begins, $0)
            }
            begins = false
        }
    }

    /// Takes every word of what was removed out of the files that the index consists of.
    ///
    /// What an index before this one has left goes first, then titles of what is gone.
    func compactIndex() async throws {
        while try await database.write(.maintenance, { try Self.removeLeftovers($0) }) {}
        for index in [FullTextIndex.headings, .items] { try await compact(index) }
    }

    /// - Returns: whether there is more.
    private static func removeLeftovers(_ connection: any Connection) throws -> Bool {
        if try SearchRebuild.isClearing(connection) {
            try SearchRebuild.clear(connection)
            return true
        }
        try SearchTitles.write(connection)
        return try SearchTitles.areWaiting(connection)
    }
}
