import Parley

/// How much what has to do with searching may take.
package struct SearchLimits: Sendable {
    /// A search, less what is done besides asking the database.
    package var search: Duration
    /// Looking through what is not in the index yet; a part of it.
    package var unindexed: Duration
    /// Of a search for rare words, which is tried on the caller's thread.
    package var rare: Duration
    /// Looking for older turns of a conversation.
    package var recall: Duration
    /// Bytes of the index that beginnings of words may take: the engine collects all of them before it finds anything,
    /// and cannot be interrupted in between.
    package var beginnings: Int64

    package init(
        search: Duration = Search.longest - .milliseconds(20),
        unindexed: Duration = .milliseconds(60),
        rare: Duration = .milliseconds(3),
        recall: Duration = .milliseconds(100),
        beginnings: Int64 = 1_600_000
    ) {
        self.search = search
        self.unindexed = unindexed
        self.rare = rare
        self.recall = recall
        self.beginnings = beginnings
    }
}
