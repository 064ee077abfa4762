/// Something that is wrong with what is stored, and what to do.
package struct DatabaseFinding: Hashable, Sendable {
    package var subject: Subject
    package var detail: String
    package var remedy: String

    package enum Subject: String, CaseIterable, Sendable {
        /// The files, by the engine itself.
        case files
        /// The text of an item is not what was said, or one is missing.
        case chain
        /// A title, setting, tag, piece of metadata or summary is not what was written.
        case text
        /// A row without what it belongs to.
        case orphan
        /// Where a conversation ends, or how long it is.
        case tip
        /// A number that follows from other rows.
        case count
        /// What was used, and how much of a budget is taken.
        case usage
        case audit
        case search
    }

    package init(_ subject: Subject, _ detail: String, remedy: String) {
        self.subject = subject
        self.detail = detail
        self.remedy = remedy
    }
}

/// How far a check is.
package struct DatabaseCheckProgress: Sendable {
    package var subject: DatabaseFinding.Subject
    /// How many items were looked at.
    package var items: Int64

    package init(_ subject: DatabaseFinding.Subject, items: Int64) {
        self.subject = subject
        self.items = items
    }
}

/// What a check tells, as it goes.
package enum DatabaseCheckEvent: Sendable {
    case progress(DatabaseCheckProgress)
    case finding(DatabaseFinding)
}
