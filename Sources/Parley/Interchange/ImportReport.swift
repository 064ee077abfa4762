/// What an import did, or would do.
package struct ImportReport: Hashable, Sendable {
    package var conversations = Conversations()
    package var items = Counts()
    package var turns = Counts()
    /// What was wrong, in the order of the file; at most ``problemLimit``.
    package private(set) var problems: [Problem] = []
    /// How many more there were.
    package private(set) var problemsLeftOut = 0
    /// About the file as a whole.
    package var warnings: [String] = []
    package var isDryRun = false

    /// So many problems are told one by one.
    package static let problemLimit = 1000

    package struct Conversations: Hashable, Sendable {
        package var new = 0
        /// There with everything that the file has of them.
        package var known = 0
        /// There, and something was added.
        package var updated = 0
        /// Left alone on purpose.
        package var skipped = 0
        /// Something was wrong with them.
        package var failed = 0

        package init() {}
    }

    package struct Counts: Hashable, Sendable {
        package var new = 0
        package var known = 0

        package init() {}

        package static func += (left: inout Self, right: Self) {
            left.new += right.new
            left.known += right.known
        }
    }

    package struct Problem: Hashable, Sendable {
        /// Its id or title; `nil` when it belongs to none.
        package var conversation: String?
        /// Counted from 1.
        package var line: Int
        package var reason: String

        package init(conversation: String?, line: Int, reason: String) {
            self.conversation = conversation
            self.line = line
            self.reason = reason
        }
    }

    package init() {}

    package mutating func add(_ problem: Problem) {
        if problems.count < Self.problemLimit { problems.append(problem) } else { problemsLeftOut += 1 }
    }
}
