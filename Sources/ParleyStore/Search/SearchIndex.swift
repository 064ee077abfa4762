import Parley

/// The full-text index, as the rest of the store sees it.
enum SearchIndex {
    /// Takes an item out of the index.
    ///
    /// To be called before its text is removed, for removing needs the text.
    static func forget(_ place: Place, _ connection: any Connection) throws {}

    /// Takes a step towards an index in which nothing is left of the words of items that were taken out.
    /// - Returns: whether there is more to do.
    static func merge(_ connection: any Connection) throws -> Bool { false }
}
