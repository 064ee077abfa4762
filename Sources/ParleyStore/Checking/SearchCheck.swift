import Parley

/// Compares the search index with what it should hold, a part at a time.
///
/// Whole: which items, documents and titles there are, and how many words each has. Of a large index only a sample of the
/// documents is compared word for word, another one each time.
struct SearchCheck: Sendable {
    /// How many items were looked at.
    var items: Int64 = 0
    var isDone = false
    var stage = Stage.items
    /// The last one that was looked at: an item's place, a document, a conversation.
    var last: Int64 = 0
    /// Of the documents one in so many is compared word for word, those with this remainder.
    private(set) var sample: (rate: Int64, rest: Int64)?
    /// The branch that was looked at last, and from where on its items are not indexed yet.
    var waiting: (branch: Int64, from: Int64?)?
    private var drift: [Drift: (count: Int64, first: Int64)] = [:]
    var writer = SearchWriter()

    /// What can be wrong with an index.
    enum Drift: CaseIterable {
        case missing
        case extra
        case words
        case titles
    }

    enum Stage {
        case items
        case documents
        case titles
    }

    static let page = 500
    static let documents: Int64 = 5_000
    /// How many documents are compared word for word.
    private static let sampled: Int64 = 5_000
    static let remedy = "Build the index again with `parley database reindex`."

    /// What was found, once it is done.
    var findings: [DatabaseFinding] {
        Drift.allCases.compactMap { kind in
            drift[kind].map { DatabaseFinding(.search, kind.detail($0.count, $0.first), remedy: Self.remedy) }
        }
    }

    /// In one snapshot: what is compared belongs together.
    mutating func advance(_ connection: any Connection) throws {
        // Of an index that is being thrown away there is nothing to compare.
        if try SearchRebuild.isClearing(connection) {
            isDone = true
            drift = [:]
            return
        }
        if sample == nil {
            let next = try connection.row("SELECT next_document FROM search_state WHERE id = 1") { try $0.integer(0) }
            let rate = max(1, (next ?? 0) / Self.sampled)
            sample = (rate, Int64.random(in: 0..<rate))
        }
        switch stage {
        case .items: try checkItems(connection)
        case .documents: try checkDocuments(connection)
        case .titles: try checkTitles(connection)
        }
    }

    mutating func note(_ kind: Drift, _ number: Int64) {
        drift[kind, default: (0, number)].count += 1
    }

    mutating func enter(_ next: Stage) { (stage, last) = (next, 0) }
}

extension SearchCheck.Drift {
    fileprivate func detail(_ count: Int64, _ first: Int64) -> String {
        switch self {
        case .missing: "\(count) items are not in the search index, the first at place \(first)"
        case .extra: "\(count) documents of the search index are of no item, the first is \(first)"
        case .words: "\(count) items have other words in the search index than they say, the first at place \(first)"
        case .titles: "\(count) titles are not in the search index as they are, the first of conversation \(first)"
        }
    }
}
