import Parley

extension SliceRun {
    /// Makes a turn unless it is there, and lets its items belong to it.
    mutating func insert(_ turn: ImportedTurn, _ number: Int) throws {
        let known = try known(number)
        guard let row = try make(turn, known) else { return places.count(turnIsNew: false) }
        places.count(turnIsNew: true)
        for place in turn.items.compactMap(known.place) {
            try connection.run(
                "UPDATE item SET turn_id = ? WHERE place = ? AND turn_id IS NULL",
                .integer(row),
                .integer(place.key)
            )
        }
    }

    /// - Returns: the new row; `nil` when the owner has the turn already.
    private func make(_ turn: ImportedTurn, _ known: ImportPlaces.Known) throws -> Int64? {
        if let row = try insert(turn, turn.id, known) { return row }
        let holder = try connection.row(
            "SELECT person_id FROM turn WHERE public_id = ?",
            .blob(turn.id.bytes)
        ) { try $0.integer(0) }
        return holder == owner.rawValue ? nil : try insert(turn, turn.substitute, known)
    }

    /// A turn whose conversation was removed is still there for its usage; it gets its conversation back.
    ///
    /// - Returns: `nil` when the id is taken.
    private func insert(_ turn: ImportedTurn, _ id: Turn.ID, _ known: ImportPlaces.Known) throws -> Int64? {
        let record = turn.record
        let usage = record.usage
        let metadata = JSON.Object(record.metadata.map { .init(name: $0.key, value: .string($0.value)) })
        let parameters = record.parameters.map(TurnParameters.init)
        let row = try connection.row(
            Self.insertTurn,
            .integer(owner.rawValue),
            .blob(id.bytes),
            .integer(known.row),
            .text(record.face.rawValue),
            .text(record.status.rawValue),
            .text(record.reason),
            .bool(record.stored),
            .text(record.upstream),
            .text(record.model),
            .text(record.instructions?.text),
            .text(metadata.textOrNil),
            .integer(turn.input.flatMap(known.place)?.key),
            .integer(record.inputCount),
            .integer(record.outputCount),
            .text(record.choices?.text),
            .text(record.finish?.rawValue),
            .integer(usage?.inputTokens),
            .integer(usage?.outputTokens),
            .integer(usage?.cachedTokens),
            .integer(usage?.reasoningTokens),
            .bool(usage?.estimated ?? false),
            .integer(record.cost),
            .text(parameters?.text),
            .bool(record.background),
            .integer(record.createdAt.milliseconds),
            .integer(record.settledAt?.milliseconds),
            .integer(record.deletedAt?.milliseconds),
            .text(record.systemFingerprint),
            .text(record.serviceTier)
        ) { try $0.integer(0) }
        if let row, let blobs = parameters?.blobs { try Blobs.insert(blobs, forTurn: row, connection) }
        return row
    }

    private static let insertTurn = """
        INSERT INTO turn (person_id, public_id, conversation_id, face, status, reason, stored, upstream, model,
            instructions, metadata, input_place, input_count, output_count, choices, finish, input_tokens,
            output_tokens, cached_tokens, reasoning_tokens, usage_estimated, reserved_tokens, cost, parameters,
            background, created_at, settled_at, deleted_at, system_fingerprint, service_tier)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (public_id) DO UPDATE
        SET conversation_id = excluded.conversation_id, reason = excluded.reason, stored = excluded.stored,
            instructions = excluded.instructions, metadata = excluded.metadata, input_place = excluded.input_place,
            choices = excluded.choices, parameters = excluded.parameters, background = excluded.background,
            deleted_at = excluded.deleted_at
        WHERE turn.conversation_id IS NULL
        AND turn.person_id = excluded.person_id
        RETURNING id
        """
}
