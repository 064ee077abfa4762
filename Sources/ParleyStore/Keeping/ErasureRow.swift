import Parley

/// How rows of the `erasure` table become receipts.
enum ErasureRow {
    static let columns = """
        public_id, conversations, items, turns, tokens, bytes, keys, started_at, finished_at
        """

    static func erasure(_ row: any Row) throws -> Erasure {
        var counts = RemovalCounts()
        counts.conversations = try row.integer(1)
        counts.items = try row.integer(2)
        counts.turns = try row.integer(3)
        counts.tokens = try row.integer(4)
        counts.bytes = try row.integer(5)
        return Erasure(
            id: Identifier(bytes: try row.blob(0)),
            counts: counts,
            keys: try row.integer(6),
            startedAt: Timestamp(milliseconds: try row.integer(7)),
            finishedAt: try row.integerOrNil(8).map(Timestamp.init(milliseconds:))
        )
    }
}
