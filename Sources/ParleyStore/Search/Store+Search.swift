package import Parley

extension Store {
    package func search(_ search: Search, of owner: User.ID) async throws -> SearchPage {
        if let page = try rare(search, of: owner) { return page }
        let limits = searching
        return try await database.read(within: limits.search, orThrow: .searchTimeout) { connection in
            var run = try SearchRun(search, of: owner, limits, connection)
            return try run.page()
        }
    }

    /// What has rare words only, found on the caller's thread: changing to another one would take as long.
    /// - Returns: `nil` when the words are not rare, or it took too long after all.
    private func rare(_ search: Search, of owner: User.ID) throws -> SearchPage? {
        var limits = searching
        (limits.search, limits.unindexed) = (limits.rare, min(limits.unindexed, limits.rare / 2))
        do {
            let page = try database.readNow(within: limits.rare, orThrow: .searchTimeout) { connection in
                var run = try SearchRun(search, of: owner, limits, connection)
                return try run.isRare() ? try run.page() : nil
            }
            return page?.lag == 0 ? page : nil
        } catch let error as ParleyError where error.code == .searchTimeout {
            return nil
        }
    }
}

extension ParleyError {
    static var searchTimeout: Self {
        Self(
            .searchTimeout,
            "The search took longer than \(Int(Search.longest / .milliseconds(1))) ms. Use rarer words, longer beginnings "
                + "of words or a phrase in quotation marks, narrow it with in:, tag:, has: or role:, or sort by newest.",
            parameter: "q"
        )
    }
}
