extension Store {
    /// The queries whose cost must not grow with what is stored.
    ///
    /// A test asks the engine how it would run them.
    package static let hotQueries = [
        PathReader.ascending, PathReader.descending, Matcher.byMatch, Matcher.byPair, selectHead, selectKeyForCaller,
        TurnRow.byID, TurnRow.byConversation, TurnRow.byFingerprint, Acceptor.failedBeginning,
        TurnParameters.select,
        selectByOrigin, CompletionRow.ascending, CompletionRow.descending, selectResponse,
        selectKeyInForce, UsageRows.add, SpendingRows.selectSpent,
        ExportRow.query, TurnPager.query, KnownTree.pageQuery, KnownTree.childQuery,
    ]
}
