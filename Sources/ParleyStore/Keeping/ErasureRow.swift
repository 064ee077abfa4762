import Parley

/// How rows of the `erasure` table become receipts.
enum ErasureRow {
    static let columns = """
        public_id, \(RemovalCounts.columns), keys, started_at, finished_at
        """

    static func erasure(_ row: any Row) throws -> Erasure {
        Erasure(
            id: Identifier(bytes: try row.blob(0)),
            counts: try RemovalCounts(row, from: 1),
            keys: try row.integer(6),
            startedAt: Timestamp(milliseconds: try row.integer(7)),
            finishedAt: try row.integerOrNil(8).map(Timestamp.init(milliseconds:))
        )
    }
}
