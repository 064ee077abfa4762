import Parley

/// Neighbouring items of one line, few and small enough to be copied in one write job.
struct PathSlice: Sendable {
    let first: Place
    let last: Place

    /// The most items of a slice.
    private static let items: Int64 = 128
    /// A slice ends with the item that makes it longer than so many bytes of JSON.
    private static let bytes: Int64 = 256 << 10

    /// The slice of `segment` that begins at the position `first`.
    init(of segment: PathSegment, from first: Int64, _ connection: any Connection) throws {
        self.first = Place(branch: segment.branch, position: first)
        let end = Place(branch: segment.branch, position: min(segment.last, first + Self.items - 1))
        let sizes = try connection.rows(
            "SELECT place, length(json) FROM item WHERE place BETWEEN ? AND ? ORDER BY place",
            .integer(self.first.key),
            .integer(end.key)
        ) { (key: try $0.integer(0), bytes: try $0.integer(1)) }
        var bytes: Int64 = 0
        let full = sizes.first { size in
            bytes += size.bytes
            return bytes > Self.bytes
        }
        last = full.map { Place(key: $0.key) } ?? end
    }
}

/// A conversation that is being filled with the copy of a path.
///
/// A path has every position once, from 1 on, so the copy is one line with the same positions, and the hashes are the
/// same too. Tombstones are copied with them, for the chain goes through them.
struct PathCopy: Sendable {
    let id: Conversation.ID
    let row: Int64
    let branch: Int64

    func insert(_ slice: PathSlice, _ connection: any Connection) throws {
        for position in slice.first.position...slice.last.position {
            try insert(Place(branch: slice.first.branch, position: position), connection)
        }
        let shift = Place(branch: branch, position: slice.first.position).key - slice.first.key
        for statement in [Self.insertBlobs, Self.insertMetadata, Self.insertCompactions] {
            try connection.run(
                statement,
                .integer(shift),
                .integer(slice.first.key),
                .integer(slice.last.key)
            )
        }
    }

    private func insert(_ place: Place, _ connection: any Connection) throws {
        try connection.run(
            Self.insertItem,
            .integer(Place(branch: branch, position: place.position).key),
            .integer(row),
            .blob(Item.ID.random().bytes),
            .integer(place.key)
        )
    }

    /// A copy did not come with the turn, and is no edit of what the original is an edit of.
    private static let insertItem = """
        INSERT INTO item (place, conversation_id, public_id, kind, status, json, chain, match, pair, ordinal, tokens,
            rating, pinned, created_at, deleted_at)
        SELECT ?, ?, ?, kind, status, json, chain, match, pair, ordinal, tokens, rating, pinned, created_at, deleted_at
        FROM item
        WHERE place = ?
        """

    private static let insertBlobs = """
        INSERT INTO item_blob (place, digest)
        SELECT place + ?, digest
        FROM item_blob
        WHERE place BETWEEN ? AND ?
        """

    private static let insertCompactions = """
        INSERT INTO compaction (place, summary, edited_at)
        SELECT place + ?, summary, edited_at
        FROM compaction
        WHERE place BETWEEN ? AND ?
        """

    private static let insertMetadata = """
        INSERT INTO item_metadata (place, name, value)
        SELECT place + ?, name, value
        FROM item_metadata
        WHERE place BETWEEN ? AND ?
        """
}
