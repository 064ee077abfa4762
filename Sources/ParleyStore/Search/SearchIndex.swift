import Parley

/// The full-text index, as the rest of the store sees it.
enum SearchIndex {
    /// Takes an item out of the index.
    ///
    /// To be called before its text is removed, for removing needs the text.
    static func forget(_ place: Place, _ connection: any Connection) throws {}
}
