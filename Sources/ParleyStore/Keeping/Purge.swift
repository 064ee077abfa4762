import Parley

/// Takes a conversation apart, a slice at a time.
///
/// Turns go first, so that nothing can be fetched of which half is gone already.
struct Purge {
    let connection: any Connection
    let dialect: any Dialect
    let conversation: Int64
    let fate: Fate

    /// What becomes of the turns.
    enum Fate: Sendable {
        /// Their numbers stay: who used which model when, and how many tokens it took.
        case detach
        case delete
    }

    /// How long a slice works.
    static let time = Duration.milliseconds(5)
    private static let batch = 50
    /// How many turns go between two looks at the clock.
    private static let turnBatch = 10
    /// The bytes of items that end a batch.
    private static let batchSize: Int64 = 1 << 20

    /// Removes as much as fits into a slice, and says whether nothing is left.
    func slice() throws -> (counts: RemovalCounts, isDone: Bool) {
        let deadline = ContinuousClock.now + Self.time
        var counts = RemovalCounts()
        repeat {
            if try removeTurns(&counts) { continue }
            if try removeFromBranch(&counts, until: deadline) { continue }
            try removeRest(&counts)
            return (counts, true)
        } while ContinuousClock.now < deadline
        return (counts, false)
    }

    /// - Returns: whether there were any.
    private func removeTurns(_ counts: inout RemovalCounts) throws -> Bool {
        let turns = try connection.rows(
            """
            SELECT id, person_id, coalesce(input_tokens, 0) + coalesce(output_tokens, 0)
            FROM turn
            WHERE conversation_id = ?
            LIMIT \(Self.turnBatch)
            """,
            .integer(conversation)
        ) { (row: try $0.integer(0), owner: User.ID(try $0.integer(1)), tokens: try $0.integer(2)) }
        guard let owner = turns.first?.owner else { return false }
        try TurnRow.forget(turns.map(\.row), of: owner, fate, connection)
        counts.turns += Int64(turns.count)
        counts.tokens += turns.reduce(0) { $0 + $1.tokens }
        return true
    }

    /// Removes items of a branch that no other one leaves, or the branch itself when it has none.
    ///
    /// - Returns: whether there was any branch.
    private func removeFromBranch(
        _ counts: inout RemovalCounts,
        until deadline: ContinuousClock.Instant
    ) throws -> Bool {
        guard let branch = try connection.row(Self.nextBranch, .integer(conversation), decode: { try $0.integer(0) })
        else { return false }
        if try removeItems(of: branch, &counts, until: deadline) { return true }
        try connection.run(
            "DELETE FROM branch WHERE id = ? AND conversation_id = ?",
            .integer(branch),
            .integer(conversation)
        )
        return true
    }

    /// Branches are numbered as they begin: none leaves the one with the newest parent.
    static let nextBranch = """
        SELECT id
        FROM branch
        WHERE conversation_id = ?
        ORDER BY parent_branch_id DESC NULLS LAST
        LIMIT 1
        """

    /// Stops at the deadline: a few large items may take as long as many small ones.
    private func removeItems(
        of branch: Int64,
        _ counts: inout RemovalCounts,
        until deadline: ContinuousClock.Instant
    ) throws -> Bool {
        let items = try nextItems(of: branch)
        guard !items.isEmpty else { return false }
        try IdempotencyRow.forgetAnswers(showing: items.map(\.id.bytes), connection)
        for item in items {
            try remove(item.place)
            counts.items += 1
            counts.bytes += item.bytes
            if ContinuousClock.now >= deadline { break }
        }
        return true
    }

    /// A batch, one item at least; it ends with the item that makes it too large.
    private func nextItems(of branch: Int64) throws -> [(place: Place, id: Item.ID, bytes: Int64)] {
        let items = try connection.rows(
            """
            SELECT item.place, item.public_id, \(dialect.byteCount(of: "item.json")) + \(Self.blobBytes(dialect))
            FROM item
            WHERE item.place BETWEEN ? AND ?
            LIMIT \(Self.batch)
            """,
            .integer(Place(branch: branch, position: 0).key),
            .integer(Place(branch: branch, position: Place.lastPosition).key)
        ) { (place: Place(key: try $0.integer(0)), id: Item.ID(bytes: try $0.blob(1)), bytes: try $0.integer(2)) }
        var size: Int64 = 0
        let end = items.firstIndex { item in
            size += item.bytes
            return size >= Self.batchSize
        }
        return end.map { Array(items[...$0]) } ?? items
    }

    private func remove(_ place: Place) throws {
        try SearchIndex.forget(place, connection)
        try Blobs.release(place, connection)
        for table in ["item_metadata", "compaction", "item"] {
            try connection.run("DELETE FROM \(table) WHERE place = ?", .integer(place.key))
        }
    }

    private static func blobBytes(_ dialect: any Dialect) -> String {
        """
        (
            SELECT coalesce(sum(\(dialect.byteCount(of: "blob.content"))), 0)
            FROM item_blob
            JOIN blob ON blob.digest = item_blob.digest
            WHERE item_blob.place = item.place
        )
        """
    }

    private func removeRest(_ counts: inout RemovalCounts) throws {
        let id = try connection.row(
            "SELECT public_id FROM conversation WHERE id = ?",
            .integer(conversation)
        ) { Conversation.ID(bytes: try $0.blob(0)) }
        guard let id else { return }
        try IdempotencyRow.forgetAnswers(showing: [id.bytes], connection)
        for table in ["conversation_metadata", "conversation_tag"] {
            try connection.run("DELETE FROM \(table) WHERE conversation_id = ?", .integer(conversation))
        }
        try connection.run("DELETE FROM conversation WHERE id = ?", .integer(conversation))
        counts.conversations += 1
    }
}
