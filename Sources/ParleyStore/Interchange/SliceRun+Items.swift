import Parley

extension SliceRun {
    mutating func insert(_ item: ImportedItem, _ number: Int) throws {
        let place = try place(for: item, number)
        if try !insert(item, item.id, at: place, number) { try insertOther(item, at: place, number) }
        if !item.blobs.isEmpty { try Blobs.insert(item.blobs, for: place, connection) }
        if let summary = item.summary { try insert(summary, editedAt: item.record.editedAt, at: place) }
        for (name, value) in item.record.metadata {
            try connection.run(
                "INSERT INTO item_metadata (place, name, value) VALUES (?, ?, ?)",
                .integer(place.key),
                .text(name),
                .text(value)
            )
        }
    }

    /// Where the item goes: on a new branch, or on its own unless somebody took the place meanwhile.
    private mutating func place(for item: ImportedItem, _ number: Int) throws -> Place {
        let known = try known(number)
        if let fork = item.fork {
            let parent = fork.parent.flatMap(known.place)
            let branch = try makeBranch(behind: parent, of: known.row, fork.createdAt)
            places.conversations[number]?.segments[item.node.segment] = .init(branch: branch, isOurs: true)
            return Place(branch: branch, position: item.node.position)
        }
        guard let segment = known.segments[item.node.segment], let place = known.place(of: item.node) else {
            throw ParleyError(.internalError, "An import lost a branch.")
        }
        guard !segment.isOurs, segment.detour == nil, try isTaken(place) else { return place }
        let parent = known.place(of: ImportNode(segment: item.node.segment, position: item.node.position - 1))
        let branch = try makeBranch(behind: parent, of: known.row, item.createdAt)
        places.conversations[number]?.segments[item.node.segment]?.detour = (item.node.position, branch)
        return Place(branch: branch, position: place.position)
    }

    private func isTaken(_ place: Place) throws -> Bool {
        try connection.row("SELECT 1 FROM item WHERE place = ?", .integer(place.key)) { try $0.integer(0) } != nil
    }

    private func makeBranch(behind parent: Place?, of row: Int64, _ createdAt: Timestamp) throws -> Int64 {
        let id = try connection.row(
            """
            INSERT INTO branch (conversation_id, parent_branch_id, fork_position, created_at)
            VALUES (?, ?, ?, ?)
            RETURNING id
            """,
            .integer(row),
            .integer(parent?.branch),
            .integer(parent?.position ?? 0),
            .integer(createdAt.milliseconds)
        ) { try $0.integer(0) }
        guard let id else { throw ParleyError(.internalError, "No branch was made.") }
        return id
    }

    /// Under a new id, for somebody has the one in the file.
    private mutating func insertOther(_ item: ImportedItem, at place: Place, _ number: Int) throws {
        let id = Item.ID.random()
        places.conversations[number]?.substitutes[item.id] = id
        guard try insert(item, id, at: place, number) else {
            throw ParleyError(.internalError, "An item could not be written.")
        }
    }

    /// - Returns: whether nobody had the id.
    private func insert(_ item: ImportedItem, _ id: Item.ID, at place: Place, _ number: Int) throws -> Bool {
        let known = try known(number)
        let record = item.record
        let original = record.editOf.flatMap { Item.ID($0) }
        return try connection.run(
            Self.insertItem,
            .integer(place.key),
            .integer(known.row),
            .blob(id.bytes),
            .text(item.kind.rawValue),
            .text(item.status.rawValue),
            .text(item.json),
            .blob(item.hashes.chain),
            .blob(item.hashes.match),
            .blob(item.hashes.pair),
            .integer(item.ordinal),
            .text(item.sourceID),
            .integer(record.rating),
            .bool(record.pinned),
            .blob(original.map { known.substitutes[$0] ?? $0 }?.bytes),
            .integer(item.createdAt.milliseconds),
            .integer(record.tombstone?.deletedAt.milliseconds),
            .text(record.extra.textOrNil),
            .text(record.model)
        ) == 1
    }

    private static let insertItem = """
        INSERT INTO item (place, conversation_id, public_id, kind, status, json, chain, match, pair, ordinal, source_id,
            rating, pinned, edit_of, created_at, deleted_at, extra, model)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (public_id) DO NOTHING
        """

    private func insert(_ summary: String, editedAt: Timestamp?, at place: Place) throws {
        try connection.run(
            "INSERT INTO compaction (place, summary, edited_at) VALUES (?, ?, ?)",
            .integer(place.key),
            .text(summary),
            .integer(editedAt?.milliseconds)
        )
    }
}
