import Parley

/// The next thing to do for the search index, read in one go and then written in one job.
enum IndexWork: Sendable {
    /// Remove what the index before this one has left.
    case leftovers
    /// Note the next branches and titles for a rebuild.
    case notes
    case titles
    case items([IndexRange])

    /// What came in since: little, so that turns never wait for long.
    private static let pending = IndexRange.Limits(items: 32, bytes: 24 << 10)
    private static let rebuilding = IndexRange.Limits(items: 192, bytes: 96 << 10)

    /// Branches that are looked at in one go.
    private static let most = 64

    /// - Returns: `nil` when everything is in the index.
    static func next(_ connection: any Connection) throws -> IndexWork? {
        if try SearchRebuild.isClearing(connection) { return .leftovers }
        // What is pending is among what is noted, so nothing else happens before.
        if try SearchRebuild.isNoting(connection) { return .notes }
        if try SearchTitles.areWaiting(connection) { return .titles }
        let pending = try ranges(selectPending, pending, connection) { row in
            IndexRange(branch: try row.integer(0), first: try row.integer(1), source: .pending)
        }
        if !pending.isEmpty { return .items(pending) }
        let rebuilding = try ranges(selectRebuild, rebuilding, connection) { row in
            IndexRange(
                branch: try row.integer(0),
                first: try row.integer(1),
                source: .rebuild(lastAt: try row.integer(5), last: try row.integer(6))
            )
        }
        return rebuilding.isEmpty ? nil : .items(rebuilding)
    }

    private static func ranges(
        _ select: String,
        _ limits: IndexRange.Limits,
        _ connection: any Connection,
        _ range: (any Row) throws -> IndexRange
    ) throws -> [IndexRange] {
        let found = try connection.rows(select, .integer(most)) { row in
            (range: try range(row), owner: try owner(row))
        }
        var limits = limits
        var writer = SearchWriter()
        var ranges: [IndexRange] = []
        for (range, owner) in found where limits.items > 0 && limits.bytes > 0 {
            var range = range
            if let owner {
                try range.read(owner, &limits, &writer, connection)
            } else {
                range.isUnseen = true
            }
            ranges.append(range)
        }
        return ranges
    }

    /// `nil` for what nobody sees: a response's own chain, and a branch that is gone.
    private static func owner(_ row: any Row) throws -> IndexRange.Owner? {
        guard let conversation = try row.integerOrNil(2), let person = try row.integerOrNil(3),
            try row.integerOrNil(4) == 0
        else { return nil }
        return IndexRange.Owner(conversation: conversation, person: User.ID(person))
    }

    /// A conversation that is hidden and deleted is being filled; its items come once it is there.
    static let selectPending = """
        SELECT search_pending.branch, search_pending.position, conversation.id, conversation.person_id,
            conversation.hidden
        FROM search_pending
        LEFT JOIN branch ON branch.id = search_pending.branch
        LEFT JOIN conversation ON conversation.id = branch.conversation_id
        WHERE search_pending.branch > 0
        AND (conversation.hidden IS NULL OR conversation.hidden = 0 OR conversation.deleted_at IS NULL)
        ORDER BY search_pending.branch
        LIMIT ?
        """

    static let selectRebuild = """
        SELECT search_rebuild.branch, search_rebuild.position, conversation.id, conversation.person_id,
            conversation.hidden, search_rebuild.last_at, search_rebuild.last
        FROM search_rebuild
        LEFT JOIN branch ON branch.id = search_rebuild.branch
        LEFT JOIN conversation ON conversation.id = branch.conversation_id
        ORDER BY search_rebuild.last_at, search_rebuild.branch
        LIMIT ?
        """
}
