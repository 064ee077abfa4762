package import Parley

extension Store: AuditStore {
    /// How many rows are checked in one snapshot.
    private static let auditPage: Int64 = 1000

    /// As maintenance, which has room when the disk is full: what is only read may be read then too.
    package func record(_ event: AuditEvent) async throws {
        try await database.write(.maintenance) { try Self.audit(event, $0) }
    }

    package func auditEntries(_ query: AuditQuery) async throws -> Page<AuditEntry> {
        var conditions = ["id < ?"]
        var values: [Value] = [.integer(query.after ?? .max)]
        func add(_ condition: String, _ value: Value?) {
            guard let value else { return }
            conditions.append(condition)
            values.append(value)
        }
        add("action = ?", query.action.map { .text($0.rawValue) })
        add("actor = ?", query.user.map { .text($0) })
        add("created_at >= ?", query.since.map { .integer($0.milliseconds) })
        add("created_at < ?", query.until.map { .integer($0.milliseconds) })
        values.append(.integer(query.limit + 1))
        let sql = """
            SELECT \(AuditRow.columns)
            FROM audit
            WHERE \(conditions.joined(separator: " AND "))
            ORDER BY id DESC
            LIMIT ?
            """
        let rows = try await database.readLong { [values] in try $0.rows(sql, values, AuditRow.init) }
        return Page(elements: rows.prefix(query.limit).map(\.shown), hasMore: rows.count > query.limit)
    }

    package func verifyAudit(containing known: String?) async throws -> AuditVerdict {
        var verifier = AuditVerifier(wanted: known)
        while verifier.broken == nil {
            let (rows, end) = try await database.readLong { [last = verifier.last] connection in
                (
                    try connection.rows(
                        Self.auditRows,
                        .integer(last),
                        .integer(Self.auditPage),
                        decode: AuditRow.init
                    ),
                    try connection.row("SELECT last_id, hash FROM audit_head WHERE id = 1") {
                        (number: try $0.integer(0), hash: try $0.blob(1))
                    }
                )
            }
            for row in rows { verifier.check(row) }
            // The end and the last rows are of one snapshot: what is written meanwhile is no difference.
            guard rows.count < Self.auditPage else { continue }
            verifier.finish(headNumber: end?.number, headHash: end?.hash)
            break
        }
        return verifier.verdict
    }

    private static let auditRows = """
        SELECT \(AuditRow.columns)
        FROM audit
        WHERE id > ?
        ORDER BY id
        LIMIT ?
        """
}
