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
            case .leftovers: try SearchRebuild.clear(connection)
            case .notes: try SearchRebuild.note(connection)
            case .titles: try SearchTitles.write(connection)
            case .items(let ranges): for range in ranges { try range.write(connection) }
            }
        }
        if case .items = work { while try await mergeIndex(.items) {} }
        return true
    }

    /// One step of keeping an index fast.
    private func mergeIndex(_ index: FullTextIndex) async throws -> Bool {
        let fullText = database.dialect.fullText
        guard try database.read({ try fullText.wantsMerge(of: index, $0) }) else { return false }
        try await database.write(.maintenance) { try fullText.merge(index, $0) }
        return true
    }

    /// One step of what can wait until everything is in the index.
    private func tidyIndex() async throws -> Bool {
        for index in [FullTextIndex.headings, .items] where try await mergeIndex(index) { return true }
        guard let index = try database.read({ try SearchUpkeep.due($0).first }) else { return false }
        _ = try await database.write(.maintenance) { try SearchUpkeep.merge(index, begins: true, $0) }
        return true
    }
}

extension Store: SearchStore {
    package func reindex() async throws {
        try await database.write(.maintenance) { try SearchRebuild.begin($0) }
    }

    package func searchStatus() async throws -> SearchStatus {
        try await database.readLong { connection in
            let state = try connection.row("SELECT version, remaining, clearing FROM search_state WHERE id = 1") {
                (version: try $0.integer(0), remaining: try $0.integer(1), isClearing: try $0.integer(2) == 1)
            }
            let pending = try connection.row(Self.countPending) { try $0.integerOrNil(0) ?? 0 }
            let remaining = state?.remaining ?? 0
            return SearchStatus(
                version: Int(state?.version ?? 0),
                lag: Int(remaining + (pending ?? 0)),
                isRebuilding: try state?.isClearing == true || SearchRebuild.isNoting(connection) || remaining > 0,
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
