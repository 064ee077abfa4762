import Parley

/// Writes one slice of an import, inside a write job.
struct SliceWriter: Sendable {
    let owner: User.ID
    let hasher: ItemHasher
    let entries: [ImportSlice.Entry]
    var places: ImportPlaces

    /// The conversations that end in it.
    var ended: [Int] {
        entries.compactMap { entry in
            if case .end = entry.step { entry.conversation } else { nil }
        }
    }

    /// - Returns: the places, with what this slice made, and how long that took.
    func write(_ connection: any Connection) throws -> (places: ImportPlaces, time: Duration) {
        let begun = ContinuousClock.now
        try checkOwner(connection)
        var run = SliceRun(owner: owner, places: places, connection: connection)
        for entry in entries { try run.perform(entry.step, of: entry.conversation) }
        return (run.places, ContinuousClock.now - begun)
    }

    /// Nothing is written for somebody who was erased meanwhile, not even for the user of the machine who begins anew.
    private func checkOwner(_ connection: any Connection) throws {
        let key = try connection.row("SELECT hash_key FROM person WHERE id = ?", .integer(owner.rawValue)) {
            try $0.blobOrNil(0)
        }
        guard let key = key ?? nil, hasher.uses(key) else {
            throw ParleyError(.notFound, "Whose import this is was erased. Nothing more of it is written.")
        }
    }
}

/// The job of a slice.
struct SliceRun {
    let owner: User.ID
    var places: ImportPlaces
    let connection: any Connection
    /// The conversations that were looked for in this job.
    var found: Set<Int> = []

    mutating func perform(_ step: ImportWrite, of number: Int) throws {
        guard try isThere(step, number) else { return }
        switch step {
        case .make(let head, let id):
            let row = try insert(head, id)
            places.conversations[number] = .init(conversation: .init(row: row, id: id, owner: owner))
        case .open(let conversation):
            places.conversations[number] = .init(conversation: conversation)
        case .reopen(let segment, let branch):
            places.conversations[number]?.segments[segment] = .init(branch: branch, isOurs: false)
        case .item(let item):
            try insert(item, number)
        case .turn(let turn):
            try insert(turn, number)
        case .end(let ending):
            try end(ending, number)
            places.conversations[number] = nil
        }
    }

    func known(_ number: Int) throws -> ImportPlaces.Known {
        guard let known = places.conversations[number] else {
            throw ParleyError(.internalError, "An import lost its conversation.")
        }
        return known
    }
}

extension SliceRun {
    private func insert(_ head: ImportedHead, _ id: Conversation.ID) throws -> Int64 {
        let record = head.record
        let row = try connection.row(
            Self.insertConversation,
            .integer(owner.rawValue),
            .blob(id.bytes),
            .text(record.title),
            .text(record.model),
            .text(record.instructions),
            .text(record.policy),
            .integer(record.budget),
            .integer(record.cut),
            .bool(record.pinned),
            .bool(record.archived),
            .bool(record.held),
            .text(record.source),
            .text(record.sourceID),
            .text(record.extra.textOrNil),
            .integer(head.createdAt.milliseconds),
            .integer(head.updatedAt.milliseconds),
            .integer(Timestamp.now.milliseconds)
        ) { try $0.integer(0) }
        guard let row else { throw ParleyError(.internalError, "No conversation was made.") }
        if !record.metadata.isEmpty { try ConversationRow.setMetadata(record.metadata, of: row, connection) }
        if !record.tags.isEmpty { try ConversationRow.setTags(record.tags, of: row, connection) }
        return row
    }

    /// Hidden and counted as deleted until it is complete: what a crash leaves behind is purged with the deleted.
    private static let insertConversation = """
        INSERT INTO conversation (person_id, public_id, title, item_count, model, instructions, context_policy,
            context_budget, context_cut, pinned, archived, held, hidden, source, source_id, extra, created_at, updated_at,
            deleted_at, importing)
        VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, 1)
        RETURNING id
        """

    private func end(_ ending: ImportEnding, _ number: Int) throws {
        let known = try known(number)
        let tip = ending.tip.flatMap(known.place)
        guard ending.wasKnown else { return try show(known.row, ending, tip) }
        if ending.hasNews { try note(ending, known.row) }
        if try mayMoveTip(of: known.row, to: tip, ending) { try moveTip(of: known.row, to: tip) }
    }

    private func note(_ ending: ImportEnding, _ row: Int64) throws {
        try connection.run(
            """
            UPDATE conversation
            SET title = CASE WHEN title = '' THEN ? ELSE title END,
                updated_at = CASE WHEN updated_at < ? THEN ? ELSE updated_at END, touched_at = ?
            WHERE id = ?
            AND person_id = ?
            """,
            .text(ending.title),
            .integer(ending.updatedAt.milliseconds),
            .integer(ending.updatedAt.milliseconds),
            .integer(Timestamp.now.milliseconds),
            .integer(row),
            .integer(owner.rawValue)
        )
    }

    private func moveTip(of row: Int64, to tip: Place?) throws {
        try connection.run(
            """
            UPDATE conversation
            SET tip_branch_id = ?, tip_position = ?, imported_tip = ?, item_count = ?
            WHERE id = ?
            AND person_id = ?
            """,
            .integer(tip?.branch),
            .integer(tip?.position),
            .integer(tip?.key),
            .integer(try tip.map { try ConversationRow.itemCount(to: $0, of: row, connection) } ?? 0),
            .integer(row),
            .integer(owner.rawValue)
        )
    }

    /// Whether the tip is where the last import left it, and this one leaves it elsewhere.
    private func mayMoveTip(of row: Int64, to tip: Place?, _ ending: ImportEnding) throws -> Bool {
        let found = try connection.row(
            "SELECT tip_branch_id, tip_position, imported_tip FROM conversation WHERE id = ?",
            .integer(row)
        ) { (try $0.integerOrNil(0), try $0.integerOrNil(1), try $0.integerOrNil(2)) }
        guard let (branch, position, imported) = found else { return false }
        guard let branch, let position else { return imported == nil && ending.hasNews }
        let now = Place(branch: branch, position: position)
        return now.key == imported && now != tip
    }

    private func show(_ row: Int64, _ ending: ImportEnding, _ tip: Place?) throws {
        try connection.run(
            """
            UPDATE conversation
            SET title = ?, tip_branch_id = ?, tip_position = ?, imported_tip = ?, item_count = ?, updated_at = ?,
                touched_at = ?, hidden = 0, deleted_at = NULL, importing = 0
            WHERE id = ?
            AND person_id = ?
            """,
            .text(ending.title),
            .integer(tip?.branch),
            .integer(tip?.position),
            .integer(tip?.key),
            .integer(try tip.map { try ConversationRow.itemCount(to: $0, of: row, connection) } ?? 0),
            .integer(ending.updatedAt.milliseconds),
            .integer(Timestamp.now.milliseconds),
            .integer(row),
            .integer(owner.rawValue)
        )
    }
}

extension JSON.Object {
    /// The canonical text; `nil` when it has no members.
    var textOrNil: String? {
        members.isEmpty ? nil : String(decoding: JSON.object(self).canonical, as: UTF8.self)
    }
}
