import Parley

extension ItemWriter {
    /// How many siblings are looked at.
    private static let siblings = 32

    /// The items that an earlier, failed attempt of the same request left behind `parent`.
    ///
    /// - Returns: `nil` unless the same items stand there, one below the other, and belong to a turn that came to
    ///   nothing; so that a client's blind retry makes no duplicate.
    func reusable(
        _ drafts: [ItemDraft],
        behind parent: Place?,
        _ hashes: PathHashes
    ) throws -> (places: [Place], hashes: PathHashes)? {
        var after = hashes
        let chains = drafts.map { hasher.extend(&after, by: Compactions.stored($0.content), endUser: endUser).chain }
        for start in try children(of: parent) where try matches(start, chains) {
            let places = drafts.indices.map { Place(branch: start.branch, position: start.position + Int64($0)) }
            return (places, after)
        }
        return nil
    }

    /// The first items behind a place, on its own branch and on those that leave it there.
    private func children(of parent: Place?) throws -> [Place] {
        let position = (parent?.position ?? 0) + 1
        let forks = try connection.rows(
            """
            SELECT id
            FROM branch
            WHERE conversation_id = ?
            AND parent_branch_id IS NOT DISTINCT FROM ?
            AND fork_position = ?
            ORDER BY id DESC
            LIMIT ?
            """,
            .integer(conversation),
            .integer(parent?.branch),
            .integer(position - 1),
            .integer(Self.siblings)
        ) { Place(branch: try $0.integer(0), position: position) }
        return forks + (parent?.next.map { [$0] } ?? [])
    }

    private func matches(_ start: Place, _ chains: [[UInt8]]) throws -> Bool {
        let stored = try connection.rows(
            """
            SELECT item.chain
            FROM item
            JOIN turn ON turn.id = item.turn_id
            WHERE item.place BETWEEN ? AND ?
            AND item.deleted_at IS NULL
            AND turn.status IN ('failed', 'cancelled')
            ORDER BY item.place
            """,
            .integer(start.key),
            .integer(start.key + Int64(chains.count) - 1)
        ) { try $0.blob(0) }
        return stored == chains
    }

    /// Makes the items belong to the turn that tries again.
    func handOver(_ places: [Place], to turn: Int64) throws {
        for place in places {
            try connection.run("UPDATE item SET turn_id = ? WHERE place = ?", .integer(turn), .integer(place.key))
        }
    }
}
