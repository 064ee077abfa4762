import Parley

/// Reads the branches of a path and the items along it.
enum PathReader {
    /// The branches that lead from the root to `place`, each up to where the next one leaves it.
    ///
    /// One lookup per branch: edits and retries make a few, not many.
    static func path(to place: Place, _ connection: any Connection) throws -> [PathSegment] {
        var segments: [PathSegment] = []
        var branch = place.branch
        var last = place.position
        while true {
            let fork = try connection.row(
                "SELECT parent_branch_id, fork_position FROM branch WHERE id = ?",
                .integer(branch)
            ) { (try $0.integerOrNil(0), try $0.integer(1)) }
            guard let fork else {
                throw ParleyError(.databaseDamaged, "A branch is missing. Run `parley database check`.")
            }
            if last > fork.1 { segments.append(PathSegment(branch: branch, first: fork.1 + 1, last: last)) }
            guard let parent = fork.0 else { return segments.reversed() }
            (branch, last) = (parent, min(last, fork.1))
        }
    }

    /// Hands items newest first until `visit` has enough.
    ///
    /// Pages grow, so that long histories need few queries.
    static func visit(
        _ path: [PathSegment],
        _ connection: any Connection,
        _ visit: (Item) throws -> Bool
    ) throws {
        var pageSize = 64
        for segment in path.reversed() {
            var upper = segment.last
            while upper >= segment.first {
                let page = try items(
                    segment.branch,
                    segment.first...upper,
                    limit: pageSize,
                    ascending: false,
                    connection
                )
                for item in page where try !visit(Blobs.resolve(item, connection)) { return }
                guard page.count == pageSize, let oldest = page.last else { break }
                upper = oldest.place.position - 1
                pageSize = min(pageSize * 2, 1024)
            }
        }
    }

    /// The items of one branch within a range of positions; tombstones are left out.
    static func items(
        _ branch: Int64,
        _ positions: ClosedRange<Int64>,
        limit: Int,
        ascending: Bool,
        _ connection: any Connection
    ) throws -> [Item] {
        try connection.rows(
            ascending ? Self.ascending : Self.descending,
            .integer(Place(branch: branch, position: positions.lowerBound).key),
            .integer(Place(branch: branch, position: positions.upperBound).key),
            .integer(limit)
        ) { try ItemRow.item($0, hasTurn: true) }
    }

    static let ascending = query("ASC")
    static let descending = query("DESC")

    private static func query(_ order: String) -> String {
        """
        SELECT \(ItemRow.columns), \(ItemRow.turnColumns)
        FROM item
        LEFT JOIN turn ON turn.id = item.turn_id
        WHERE item.place BETWEEN ? AND ?
        AND item.deleted_at IS NULL
        ORDER BY item.place \(order)
        LIMIT ?
        """
    }
}
