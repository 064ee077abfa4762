extension SearchIndex {
    /// Takes a step towards an index in which nothing is left of the words of items that were taken out.
    /// - Returns: whether there is more to do.
    static func merge(_ connection: any Connection) throws -> Bool { false }
}
