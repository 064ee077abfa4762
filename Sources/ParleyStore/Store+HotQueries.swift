extension Store {
    /// The queries whose cost must not grow with what is stored.
    ///
    /// A test asks the engine how it would run them.
    package static let hotQueries = [
        PathReader.ascending, PathReader.descending, Matcher.byMatch, Matcher.byPair, selectHead, selectKeyForCaller,
        TurnRow.byID, TurnRow.byConversation, TurnRow.byFingerprint, Acceptor.failedBeginning,
<<<<<<< HEAD
        selectByOrigin,
=======
        CompletionRow.ascending, CompletionRow.descending,
>>>>>>> f1244afefb6ba33b71c57bc6fac79bb4599bd09f
    ]
}
