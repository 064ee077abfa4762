import Parley

/// Where an item of an import stands, before its branch has a number in the database.
struct ImportNode: Hashable, Sendable {
    /// Which line of items, counted over the whole import.
    var segment: Int
    var position: Int64
}

/// The key of a record in few bytes: half a SHA-256, which nobody can make two keys share.
struct ImportKey: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    init(_ text: String) {
        let digest = Store.digest(Array(text.utf8))
        high = digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        low = digest[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
