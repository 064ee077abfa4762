/// The receipt of a person's erasure.
///
/// Says how much there was, and nothing of whom.
package struct Erasure: Sendable, Identifiable, Identified {
    package static let idPrefix = "erasure_"

    package var id: Identifier<Erasure>
    package var counts: RemovalCounts
    package var keys: Int64
    package var startedAt: Timestamp
    /// `nil` while it goes on.
    package var finishedAt: Timestamp?
    /// When what was removed had left the log too; `nil` while it is in the files.
    package var emptiedAt: Timestamp?

    package init(
        id: Identifier<Erasure>,
        counts: RemovalCounts,
        keys: Int64,
        startedAt: Timestamp,
        finishedAt: Timestamp?,
        emptiedAt: Timestamp?
    ) {
        self.id = id
        self.counts = counts
        self.keys = keys
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.emptiedAt = emptiedAt
    }
}
