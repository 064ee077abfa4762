package import Parley

extension Store {
    /// Keeps the search index up with what is written, a slice at a time, for as long as the task lives.
    ///
    /// A kill loses nothing: each slice notes in its own commit how far it has come.
    package func keepIndex() async {
        while !Task.isCancelled {
            // On a full disk, say, the next try is as good as this one.
            while !Task.isCancelled, (try? await indexSlice()) == true {}
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// Indexes what there is.
    package func indexAll() async throws {
        while try await indexSlice() { try Task.checkCancellation() }
    }

    /// Does the next piece of work for the index.
    /// - Returns: whether there was any.
    package func indexSlice() async throws -> Bool {
        let work = try database.read { try IndexWork.next($0) }
        guard let work else { return try await tidyIndex() }
        try await database.write(.maintenance) { connection in
            switch work {
            case .branches: try SearchRebuild.note(connection)
            case .titles: try SearchTitles.write(connection)
            case .items(let ranges): for range in ranges { try range.write(connection) }
            }
        }
        if case .items = work { while try await mergeIndex() {} }
        return true
    }

    /// One step of keeping the index fast.
    private func mergeIndex() async throws -> Bool {
        let index = database.dialect.fullText
        guard try database.read({ try index.wantsMerge($0) }) else { return false }
        try await database.write(.maintenance) { try index.merge($0) }
        return true
    }

    /// One step of what can wait until everything is in the index.
    private func tidyIndex() async throws -> Bool {
        if try await mergeIndex() { return true }
        guard try database.read(SearchUpkeep.isDue) else { return false }
        try await database.write(.maintenance) { try SearchUpkeep.begin($0) }
        return true
    }
}

/// When the whole index is merged, which costs as much as it is large.
private enum SearchUpkeep {
    /// A small index is merged as soon as something was taken out, a large one once that was a part of it.
    static func isDue(_ connection: any Connection) throws -> Bool {
        let state = try connection.row("SELECT forgotten, next_document FROM search_state WHERE id = 1") {
            (forgotten: try $0.integer(0), documents: try $0.integer(1))
        }
        guard let state, state.forgotten > 0 else { return false }
        return state.documents < small || state.forgotten >= state.documents / part
    }

    static func begin(_ connection: any Connection) throws {
        _ = try connection.dialect.fullText.compact(.items, begins: true, connection)
        try connection.run("UPDATE search_state SET forgotten = 0 WHERE id = 1")
    }

    private static let small: Int64 = 20_000
    private static let part: Int64 = 50
}

extension Store: SearchStore {
    package func reindex() async throws {
        try await database.write(.maintenance) { try SearchRebuild.begin($0) }
    }

    package func searchStatus() async throws -> SearchStatus {
        try await database.readLong { connection in
            let state = try connection.row("SELECT version, remaining FROM search_state WHERE id = 1") {
                (version: try $0.integer(0), remaining: try $0.integer(1))
            }
            let pending = try connection.row(Self.countPending) { try $0.integerOrNil(0) ?? 0 }
            let remaining = state?.remaining ?? 0
            return SearchStatus(
                version: Int(state?.version ?? 0),
                lag: Int(remaining + (pending ?? 0)),
                isRebuilding: try SearchRebuild.unnoted(connection) != nil || remaining > 0,
                size: try connection.dialect.fullText.size(connection)
            )
        }
    }

    /// Positions are dense, so the last one says how many items there are.
    private static let countPending = """
        SELECT sum(
            coalesce((
                SELECT item.place
                FROM item
                WHERE item.place BETWEEN branch << 24 AND branch << 24 | \(Place.lastPosition)
                ORDER BY item.place DESC
                LIMIT 1
            ), branch << 24) - (branch << 24 | position) + 1
        )
        FROM search_pending
        WHERE branch > 0
        """
}
