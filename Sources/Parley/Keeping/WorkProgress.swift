/// How far something that may take long has come.
package struct WorkProgress: Hashable, Sendable {
    package var step: Step
    package var done: Int
    /// Of how many; `nil` when nobody knows.
    package var total: Int?

    package init(_ step: Step, done: Int = 0, of total: Int? = nil) {
        self.step = step
        self.done = done
        self.total = total
    }

    /// What is being done.
    package enum Step: String, Sendable {
        /// Conversations are removed.
        case conversations
        /// Turns that stand in none are.
        case turns
        /// What was removed leaves the search index.
        case index
        /// Pages are given back to the disk.
        case pages
        /// The whole file is written anew.
        case file
    }
}

/// Who is told how far something has come.
package typealias WorkListener = (WorkProgress) async -> Void
