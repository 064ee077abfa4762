extension Store {
    /// The queries whose cost must not grow with what is stored.
    ///
    /// A test asks the engine how it would run them.
    package static let hotQueries = [
        PathReader.ascending, PathReader.descending, Matcher.byMatch, Matcher.byPair, selectHead, selectKeyForCaller,
        TurnRow.byID, TurnRow.byConversation, TurnRow.byFingerprint, Acceptor.failedBeginning,
        TurnParameters.select,
        selectByOrigin, CompletionRow.ascending, CompletionRow.descending, selectResponse,
        SearchRuns.byPlace, SearchRuns.byDocument, IndexRange.select,
        UnindexedItems.selectBranches,
        selectKeyInForce, UsageRows.add, SpendingRows.selectSpent, SpendingRows.selectAnyBudget,
        Purge.nextBranch,
        ExportRow.query, TurnPager.query, KnownTree.pageQuery, KnownTree.childQuery,
    ]

    /// The queries that look for a phrase in the index.
    package static func searchQueries(_ index: any FullText) -> [String] {
        let match = index.match(.phrase(["u1xa"], isPrefix: false), in: .items)
        return [
            SearchRun.select(match, isRanked: true, ""), SearchRun.select(match, isRanked: false, ""),
            SearchRun.select(match, isRanked: false, isBehind: true, ""),
        ]
    }
}
