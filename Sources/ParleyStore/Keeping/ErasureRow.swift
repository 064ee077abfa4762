import Parley

/// How rows of the `erasure` table become receipts.
enum ErasureRow {
    static let columns = """
        public_id, \(RemovalCounts.columns), keys, started_at, finished_at, emptied_at
        """

    static func erasure(_ row: any Row) throws -> Erasure {
        Erasure(
            id: Identifier(bytes: try row.blob(0)),
            counts: try RemovalCounts(row, from: 1),
            keys: try row.integer(6),
            startedAt: Timestamp(milliseconds: try row.integer(7)),
            finishedAt: try row.integerOrNil(8).map(Timestamp.init(milliseconds:)),
            emptiedAt: try row.integerOrNil(9).map(Timestamp.init(milliseconds:))
        )
    }

    static func find(_ number: Int64, _ connection: any Connection) throws -> Erasure {
        let found = try connection.row(
            "SELECT \(columns) FROM erasure WHERE id = ?",
            .integer(number),
            decode: erasure
        )
        guard let found else { throw ParleyError.notFound("Erasure", number) }
        return found
    }
}
