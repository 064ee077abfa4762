/// Where what was said is found again.
package protocol SearchStore: Sendable {
    /// Finds items and titles of an owner's conversations, archived ones and side branches included.
    ///
    /// - Throws: ``ParleyError/Code/searchTimeout`` after ``Search/longest``, ``ParleyError/Code/notFound`` for a
    ///   conversation that is not the owner's, ``ParleyError/Code/invalidValue`` for a cursor that names nothing.
    func search(_ search: Search, of owner: User.ID) async throws -> SearchPage

    /// The state of the index.
    func searchStatus() async throws -> SearchStatus

    /// Throws the index away and begins to build it again, behind everything else.
    func reindex() async throws
}

/// What is searched for, and how the results come.
package struct Search: Sendable {
    package var query: SearchQuery
    package var order: Order
    /// The last result of the page before.
    package var after: String?
    package var limit: Int

    package enum Order: String, CaseIterable, Sendable {
        case relevance
        case newest
    }

    /// How long a search may take.
    package static let longest = Duration.milliseconds(250)
    /// How many results can be paged through.
    package static let deepest = 200

    package init(_ query: SearchQuery, order: Order = .relevance, after: String? = nil, limit: Int = 20) {
        self.query = query
        self.order = order
        self.after = after
        self.limit = limit
    }
}

/// The state of the search index.
package struct SearchStatus: Sendable {
    /// Of the tokeniser that made it.
    package var version: Int
    /// Items that are not in it yet.
    package var lag: Int
    /// Whether it is being built from nothing.
    package var isRebuilding: Bool
    /// In bytes.
    package var size: Int64

    package init(version: Int, lag: Int, isRebuilding: Bool, size: Int64) {
        self.version = version
        self.lag = lag
        self.isRebuilding = isRebuilding
        self.size = size
    }
}
