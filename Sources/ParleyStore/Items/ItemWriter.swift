import Parley

/// Puts items into the tree, inside a write job.
struct ItemWriter {
    let connection: any Connection
    let hasher: ItemHasher
    let conversation: Int64
    let endUser: String?

    /// Where new items may go behind `parent`: on its own branch while that ends there, else on a new one.
    func place(after parent: Place?) throws -> Place {
        try freePlace(after: parent) ?? fork(from: parent)
    }

    /// The place behind `parent` on its own branch, unless something stands there.
    func freePlace(after parent: Place?) throws -> Place? {
        guard let next = parent?.next, try isFree(next) else { return nil }
        return next
    }

    private func isFree(_ place: Place) throws -> Bool {
        try connection.row("SELECT 1 FROM item WHERE place = ?", .integer(place.key)) { try $0.integer(0) } == nil
    }

    /// The first place of a new branch that leaves behind `parent`.
    func fork(from parent: Place?) throws -> Place {
        let id = try connection.row(
            """
            INSERT INTO branch (conversation_id, parent_branch_id, fork_position, created_at)
            VALUES (?, ?, ?, ?)
            RETURNING id
            """,
            .integer(conversation),
            .integer(parent?.branch),
            .integer(parent?.position ?? 0),
            .integer(Timestamp.now.milliseconds)
        ) { try $0.integer(0) }
        guard let id else { throw ParleyError(.internalError, "No branch was made.") }
        let place = Place(branch: id, position: (parent?.position ?? 0) + 1)
        guard place.position < Place.positionsPerBranch else {
            throw ParleyError(.invalidValue, "The conversation has as many items as one can have. Begin a new one.")
        }
        return place
    }

    /// Stores items one below the other, from `place` on, and moves `hashes` along.
    /// - Returns: where they are now.
    func insert(
        _ drafts: [ItemDraft],
        at place: Place,
        _ hashes: inout PathHashes,
        turn: Int64?
    ) throws -> [Place] {
        var places: [Place] = []
        var place = place
        for draft in drafts {
            if !places.isEmpty {
                guard let next = place.next else { throw ParleyError(.invalidValue, "The conversation is full.") }
                place = next
            }
            var stored = draft
            stored.content = Compactions.stored(draft.content)
            try insert(stored, at: place, hasher.extend(&hashes, by: stored.content, endUser: endUser), turn)
            try Compactions.insert(draft.content, at: place, connection)
            places.append(place)
        }
        return places
    }

    private func insert(_ draft: ItemDraft, at place: Place, _ hashes: ItemHasher.Hashes, _ turn: Int64?) throws {
        let (json, blobs) = Blobs.extract(.object(draft.content.json))
        try connection.run(
            """
            INSERT INTO item (place, conversation_id, public_id, turn_id, kind, status, json, chain, match, pair,
                ordinal, tokens, pinned, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 0, ?)
            """,
            .integer(place.key),
            .integer(conversation),
            .blob(draft.id.bytes),
            .integer(turn),
            .text(draft.content.kind.rawValue),
            .text(draft.status.rawValue),
            .text(json.text),
            .blob(hashes.chain),
            .blob(hashes.match),
            .blob(hashes.pair),
            .integer(draft.tokens),
            .integer(Timestamp.now.milliseconds)
        )
        if !blobs.isEmpty { try Blobs.insert(blobs, for: place, connection) }
    }
}

extension ItemWriter {
    /// The hashes of the path down to `place`.
    ///
    /// The meaning is read only when the next item asks for it.
    func hashes(at place: Place?, beforeModelItem: Bool) throws -> PathHashes {
        guard let place else { return hasher.root(endUser: endUser) }
        let stored = try connection.row(
            "SELECT chain, match FROM item WHERE place = ?",
            .integer(place.key)
        ) { PathHashes(chain: try $0.blob(0), match: try $0.blob(1)) }
        guard var hashes = stored else { throw ParleyError(.databaseDamaged, "An item is missing.") }
        if beforeModelItem { hashes.meaning = try meaning(at: place) }
        return hashes
    }

    /// The meaning of the last item at or above `place` that has one.
    private func meaning(at place: Place) throws -> [UInt8]? {
        var meaning: [UInt8]?
        try PathReader.visit(PathReader.path(to: place, connection), connection) { item in
            meaning = item.content.meaning
            return meaning == nil
        }
        return meaning
    }
}
