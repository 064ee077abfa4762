package import Parley

extension Store {
    package func search(_ search: Search, of owner: User.ID) async throws -> SearchPage {
        try await database.read(within: Self.queryTime, orThrow: .searchTimeout) { connection in
            var run = try SearchRun(search, of: owner, connection)
            return try run.page()
        }
    }

    /// Leaves something for what is done besides asking the database.
    private static let queryTime = Search.longest - .milliseconds(20)
}

extension ParleyError {
    fileprivate static var searchTimeout: Self {
        Self(
            .searchTimeout,
            "The search took longer than \(Int(Search.longest / .milliseconds(1))) ms. Use rarer words or a phrase in "
                + "quotation marks, narrow it with in:, tag:, has: or role:, or sort by newest.",
            parameter: "q"
        )
    }
}
