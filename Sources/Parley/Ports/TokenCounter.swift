/// Counts tokens exactly, for the vocabularies that are known.
package protocol TokenCounter: Sendable {
    /// The tokens of `text`, taken as ordinary text: a special token's name in it has no special meaning.
    func count(_ text: String, in vocabulary: Vocabulary) -> Int
}

/// A vocabulary that models share.
package enum Vocabulary: String, CaseIterable, Sendable {
    case o200k = "o200k_base"
    case cl100k = "cl100k_base"
}
