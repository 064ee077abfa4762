package import Parley

/// Reads the conversations of the database of Simon Willison's `llm`, of both its forms: rows of `responses`, and
/// messages that are known by the hash of what they say.
package struct LLMLogReader {
    private let logs: LLMResponses?
    private let threads: LLMThreads?
    private let now: Timestamp
    private let file: String
    private var count = 0
    private var conversations: [LLMConversation]

    /// - Throws: ``ParleyError/Code/invalidValue`` when the tables are not there.
    package init(_ tables: any ForeignTables, file: String, now: Timestamp) throws {
        logs = try LLMResponses(tables)
        threads = try LLMThreads(tables)
        guard logs != nil || threads != nil else {
            throw ParleyError(
                .invalidValue,
                "\(file) is a database, but not one of llm. These exports are: \(ImportFormat.titles)."
            )
        }
        self.file = file
        self.now = now
        conversations = try ((logs?.conversations() ?? []) + (threads?.conversations() ?? [])).reversed()
    }

    /// The next conversation, or what is wrong with it; `nil` at the end.
    package mutating func next() throws -> ImportStep? {
        guard let next = conversations.popLast() else { return nil }
        count += 1
        var decoding = Decoding(now: now, file: file, number: count)
        do {
            switch next {
            case .logged(let conversation):
                return try logs?.decode(conversation, &decoding).map(ImportStep.conversation)
            case .thread(let row):
                return try threads?.decode(row, &decoding).map(ImportStep.conversation)
            }
        } catch let problem as ImportProblem {
            return .problem(problem)
        }
    }
}

/// A conversation that is still to be read.
enum LLMConversation {
    case logged(LLMResponses.Logged)
    case thread(JSON.Object)
}
