import Parley

/// What was written since the index was last filled, of one owner.
struct UnindexedItems {
    /// Those that are searched for, newest first.
    private(set) var items: [SearchRow] = []
    /// Items that were not looked at.
    private(set) var lag = 0
    private let owner: User.ID
    private let scope: SearchScope
    private let node: SearchNode?
    private var left = most
    private var tokeniser = SearchTokeniser()

    /// Items that are looked at one by one.
    static let most = 2_000
    /// Between two looks at the clock.
    private static let page = 50

    init(of owner: User.ID, _ scope: SearchScope, _ node: SearchNode?) {
        (self.owner, self.scope, self.node) = (owner, scope, node)
    }

    /// Looks through them until `end`; what is left then is lag.
    mutating func read(until end: ContinuousClock.Instant, _ connection: any Connection) throws {
        // How much there is is not known before every branch is noted.
        let waiting = try connection.row(
            "SELECT remaining, noted_branch < last_branch FROM search_state WHERE id = 1"
        ) { max(try $0.integer(0), try $0.integer(1)) }
        lag = Int(waiting ?? 0)
        let branches = try connection.rows(
            Self.selectBranches,
            .integer(owner.rawValue),
            .integer(Self.most)
        ) { Place(branch: try $0.integer(0), position: try $0.integer(1)) }
        for first in branches where try !read(from: first, until: end, connection) {
            lag += 1
            break
        }
        items.sort { left, right in
            (left.item.createdAt, left.item.place.key) > (right.item.createdAt, right.item.place.key)
        }
    }

    /// - Returns: whether all of a branch was looked at.
    private mutating func read(
        from first: Place,
        until end: ContinuousClock.Instant,
        _ connection: any Connection
    ) throws -> Bool {
        var last = Place(branch: first.branch, position: Place.lastPosition).key
        while left > 0, ContinuousClock.now < end {
            let limit = min(left, Self.page)
            let rows = try page(from: first.key, to: last, limit, connection)
            for row in rows.compactMap(\.row) {
                guard ContinuousClock.now < end else { return false }
                guard scope.admits(row.item.content, in: row.conversation),
                    row.matches(node, &tokeniser, connection)
                else { continue }
                items.append(row)
            }
            left -= rows.count
            guard rows.count == limit, let lowest = rows.last?.place, lowest > first.key else { return true }
            last = lowest - 1
        }
        return false
    }

    /// The next items, and of each whether it can be what is searched for: so none is looked at twice.
    private func page(
        from first: Int64,
        to last: Int64,
        _ limit: Int,
        _ connection: any Connection
    ) throws -> [(place: Int64, row: SearchRow?)] {
        try connection.rows(
            """
            SELECT \(SearchRow.columns), (\(SearchRow.isVisible)\(scope.sql))
            FROM item
            JOIN conversation ON conversation.id = item.conversation_id
            LEFT JOIN turn ON turn.id = item.turn_id
            WHERE item.place BETWEEN ? AND ?
            ORDER BY item.place DESC
            LIMIT ?
            """,
            [.integer(owner.rawValue)] + scope.arguments + [.integer(first), .integer(last), .integer(limit)]
        ) { row in
            let isWanted = try row.integerOrNil(SearchRow.end) == 1
            return (try row.integer(0), isWanted ? try SearchRow(row) : nil)
        }
    }

    /// Of the owner's branches that are waiting the newest are looked at, which are few but while the index lags far
    /// behind.
    static let selectBranches = """
        SELECT search_pending.branch, search_pending.position
        FROM search_pending
        CROSS JOIN branch
        CROSS JOIN conversation
        WHERE search_pending.person_id = ?
        AND search_pending.branch > 0
        AND branch.id = search_pending.branch
        AND conversation.id = branch.conversation_id
        AND conversation.deleted_at IS NULL
        AND conversation.hidden = 0
        ORDER BY search_pending.branch DESC
        LIMIT ?
        """
}
