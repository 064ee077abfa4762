import Parley

/// The keyed hashes beside what may be edited and is in no item's chain: titles, settings, metadata, tags, summaries.
///
/// They betray damage of the files, not a writer: a trigger takes the seal from what is changed, and upkeep seals it
/// anew, so that no turn waits for it.
struct TextSeal {
    let connection: any Connection
    private var hashers: [User.ID: ItemHasher] = [:]

    init(_ connection: any Connection) {
        self.connection = connection
    }

    /// The seal that a conversation's texts should have; `nil` when it or its owner's key is gone.
    mutating func ofConversation(_ row: Int64) throws -> [UInt8]? {
        let found = try connection.row(
            """
            SELECT person_id, public_id, title, model, instructions, source, source_id, extra
            FROM conversation
            WHERE id = ?
            """,
            .integer(row)
        ) { row in
            (
                owner: User.ID(try row.integer(0)), id: try row.blob(1),
                texts: try (2...7).map { try row.textOrNil($0) }
            )
        }
        guard let found, let hasher = try hasher(of: found.owner) else { return nil }
        let texts = try found.texts + pairs(of: row) + tags(of: row)
        return hasher.seal([found.id] + texts.map(Self.bytes))
    }

    /// The seal that a summary should have; `nil` when it or its owner's key is gone.
    mutating func ofSummary(at place: Int64) throws -> [UInt8]? {
        let found = try connection.row(
            """
            SELECT conversation.person_id, item.public_id, compaction.summary
            FROM compaction
            JOIN item ON item.place = compaction.place
            JOIN conversation ON conversation.id = item.conversation_id
            WHERE compaction.place = ?
            """,
            .integer(place)
        ) { (owner: User.ID(try $0.integer(0)), id: try $0.blob(1), text: try $0.text(2)) }
        guard let found, let hasher = try hasher(of: found.owner) else { return nil }
        return hasher.seal([found.id, Self.bytes(found.text)])
    }

    /// A text, told apart from none.
    private static func bytes(_ text: String?) -> [UInt8] { text.map { [1] + Array($0.utf8) } ?? [0] }

    /// Names and values in turn, and how many.
    private func pairs(of row: Int64) throws -> [String?] {
        let pairs = try connection.rows(
            "SELECT name, value FROM conversation_metadata WHERE conversation_id = ? ORDER BY name",
            .integer(row)
        ) { [try $0.text(0), try $0.text(1)] }
        return [String(pairs.count)] + pairs.flatMap(\.self)
    }

    private func tags(of row: Int64) throws -> [String?] {
        try connection.rows(
            "SELECT tag FROM conversation_tag WHERE conversation_id = ? ORDER BY tag",
            .integer(row)
        ) { try $0.text(0) }
    }

    private mutating func hasher(of owner: User.ID) throws -> ItemHasher? {
        if let known = hashers[owner] { return known }
        let key = try connection.row(
            "SELECT hash_key FROM person WHERE id = ?",
            .integer(owner.rawValue)
        ) { try $0.blobOrNil(0) }
        guard let key = key ?? nil else { return nil }
        let hasher = ItemHasher(key: key)
        hashers[owner] = hasher
        return hasher
    }
}

extension TextSeal {
    /// How many of a kind are sealed between two looks at the clock.
    private static let batch = 20

    /// What has no seal and could have one, of conversations and of summaries.
    private static let unsealed = """
        SELECT conversation.id
        FROM conversation
        JOIN person ON person.id = conversation.person_id
        WHERE conversation.seal IS NULL
        AND conversation.hidden = 0
        AND person.hash_key IS NOT NULL
        LIMIT \(batch)
        """

    private static let unsealedSummaries = """
        SELECT compaction.place
        FROM compaction
        JOIN item ON item.place = compaction.place
        JOIN conversation ON conversation.id = item.conversation_id
        JOIN person ON person.id = conversation.person_id
        WHERE compaction.seal IS NULL
        AND person.hash_key IS NOT NULL
        LIMIT \(batch)
        """

    /// Whether anything waits to be sealed.
    static func isDue(_ connection: any Connection) throws -> Bool {
        for query in [unsealed, unsealedSummaries] where try !numbers(query, connection).isEmpty { return true }
        return false
    }

    /// Seals as much as fits into a slice.
    static func slice(_ connection: any Connection) throws {
        let deadline = ContinuousClock.now + Purge.time
        var seal = TextSeal(connection)
        repeat {
            let rows = try numbers(unsealed, connection)
            for row in rows {
                try connection.run(
                    "UPDATE conversation SET seal = ? WHERE id = ?",
                    .blob(try seal.ofConversation(row) ?? []),
                    .integer(row)
                )
            }
            let places = try numbers(unsealedSummaries, connection)
            for place in places {
                try connection.run(
                    "UPDATE compaction SET seal = ? WHERE place = ?",
                    .blob(try seal.ofSummary(at: place) ?? []),
                    .integer(place)
                )
            }
            if rows.count + places.count == 0 { return }
        } while ContinuousClock.now < deadline
    }

    private static func numbers(_ query: String, _ connection: any Connection) throws -> [Int64] {
        try connection.rows(query) { try $0.integer(0) }
    }
}

extension Store {
    /// Seals what was written or changed since, a slice at a time.
    ///
    /// No more than so many `slices`; the rest is for the next time.
    package func sealTexts(slices: Int = .max) async throws {
        var left = slices
        while left > 0, try database.read(TextSeal.isDue) {
            try await database.write(.maintenance) { try TextSeal.slice($0) }
            left -= 1
        }
    }
}
