import Parley

extension Store {
    /// Adds to the log inside the job that does what is logged, so that neither is there without the other.
    ///
    /// - Throws: ``ParleyError/Code/databaseDamaged`` when the end of the log cannot be told any more.
    static func audit(_ event: AuditEvent, _ connection: any Connection) throws {
        let now = Timestamp.now
        let entry = AuditRow.text(event, at: now)
        let head = try connection.row(
            "UPDATE audit_head SET last_id = last_id + 1 WHERE id = 1 RETURNING last_id, hash"
        ) { (number: try $0.integer(0), hash: try $0.blob(1)) }
        guard let head else {
            throw ParleyError(.databaseDamaged, "The head of the audit log is missing. Restore the database.")
        }
        let hash = digest(head.hash + Array(entry.utf8))
        try connection.run(
            """
            INSERT INTO audit (id, entry, hash, created_at, action, actor)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            .integer(head.number),
            .text(entry),
            .blob(hash),
            .integer(now.milliseconds),
            .text(event.action.rawValue),
            .text(event.actor.user)
        )
        try connection.run("UPDATE audit_head SET hash = ? WHERE id = 1", .blob(hash))
    }
}
