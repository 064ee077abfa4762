/// Where it is kept who did what that others must be able to find out about.
package protocol AuditStore: Sendable {
    /// Adds to the log, and returns when that is durable.
    ///
    /// For what writes nothing else, such as an export; what writes logs in the commit that does it.
    func record(_ event: AuditEvent) async throws

    /// A page of the log, newest first.
    func auditEntries(_ query: AuditQuery) async throws -> Page<AuditEntry>

    /// Recomputes the log from its first row on, in pages.
    ///
    /// Linear in the length of the log. `containing` is a hash written down earlier that must still be in it.
    func verifyAudit(containing known: String?) async throws -> AuditVerdict
}
