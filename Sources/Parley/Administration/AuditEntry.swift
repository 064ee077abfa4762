/// A row of the audit log.
package struct AuditEntry: Sendable {
    /// Its number: 1 for the first, without gaps.
    package var number: Int64
    package var time: Timestamp
    package var event: AuditEvent
    /// Hexadecimal, over this row and all before it.
    package var hash: String

    package init(number: Int64, time: Timestamp, event: AuditEvent, hash: String) {
        self.number = number
        self.time = time
        self.event = event
        self.hash = hash
    }
}

/// Which rows of the audit log, newest first.
package struct AuditQuery: Sendable {
    /// The last one of the page before, exclusive.
    package var after: Int64?
    package var limit: Int
    package var action: AuditEvent.Action?
    /// Who did it.
    package var user: String?
    package var since: Timestamp?
    package var until: Timestamp?

    package init(
        after: Int64? = nil,
        limit: Int = 100,
        action: AuditEvent.Action? = nil,
        user: String? = nil,
        since: Timestamp? = nil,
        until: Timestamp? = nil
    ) {
        self.after = after
        self.limit = limit
        self.action = action
        self.user = user
        self.since = since
        self.until = until
    }
}

/// What a check of the whole audit log found.
package struct AuditVerdict: Sendable {
    /// How many rows are in order, from the first on.
    package var entries: Int64
    /// The hash of the last of them, in hexadecimal: who writes it down can tell later whether the log was replaced.
    package var head: String
    /// The first row that is not as it was written; `nil` when the log is whole.
    package var broken: Break?

    package struct Break: Hashable, Sendable {
        package var number: Int64
        package var reason: String

        package init(number: Int64, reason: String) {
            self.number = number
            self.reason = reason
        }
    }

    package init(entries: Int64, head: String, broken: Break?) {
        self.entries = entries
        self.head = head
        self.broken = broken
    }
}
