package import Parley

extension Store {
    /// More pairs than a completion can have; a query with so many finds nothing.
    private static let metadataLimit = 16

    package func completions(_ query: CompletionQuery, of owner: User.ID) async throws -> Page<StoredCompletion> {
        guard query.metadata.count <= Self.metadataLimit else { return Page(elements: [], hasMore: false) }
        let (found, hasMore) = try await database.readLong { connection in
            let rows = try CompletionRow.page(query, of: owner, connection)
            let turns = try rows.prefix(query.limit).compactMap { row in
                try Self.turn(row.row, connection).map { ($0, row.metadata) }
            }
            return (turns, rows.count > query.limit)
        }
        return Page(elements: try found.map { try completion($0, $1, of: owner) }, hasMore: hasMore)
    }

    package func completion(_ id: Turn.ID, of owner: User.ID) throws -> StoredCompletion {
        let found = try database.read { connection in
            let (row, metadata) = try CompletionRow.find(id, of: owner, connection)
            return try Self.turn(row, connection).map { ($0, metadata) }
        }
        guard let (turn, metadata) = found else { throw CompletionRow.notFound(id) }
        return try completion(turn, metadata, of: owner)
    }

    private static func turn(_ row: Int64, _ connection: any Connection) throws -> Turn? {
        try connection.row(
            "SELECT \(TurnRow.columns) FROM \(TurnRow.tables) WHERE turn.id = ?",
            .integer(row),
            decode: TurnRow.turn
        )
        .map { try TurnParameters.complete($0, connection) }
    }

    /// Reads the answer's items only when its choices were not kept.
    private func completion(
        _ turn: Turn,
        _ metadata: [String: String],
        of owner: User.ID
    ) throws -> StoredCompletion {
        let outputs = turn.choices == nil ? try items(of: turn.id, owner: owner).output : []
        return StoredCompletion(turn: turn, metadata: metadata, outputs: outputs)
    }
}

extension Store {
    package func updateCompletion(
        _ id: Turn.ID,
        metadata: [String: String],
        of owner: User.ID
    ) async throws -> StoredCompletion {
        let pairs = metadata.sorted { $0.key < $1.key }
        let text = JSON.object(.init(pairs.map { .init(name: $0.key, value: .string($0.value)) })).text
        try await database.write(.turn) { connection in
            let (row, _) = try CompletionRow.find(id, of: owner, connection)
            try connection.run(
                "UPDATE turn SET metadata = ? WHERE id = ?",
                .text(metadata.isEmpty ? nil : text),
                .integer(row)
            )
        }
        return try completion(id, of: owner)
    }

    package func deleteCompletion(_ id: Turn.ID, of owner: User.ID) async throws {
        try await database.write(.turn) { connection in
            let (row, _) = try CompletionRow.find(id, of: owner, connection)
            try connection.run(
                """
                UPDATE turn
                SET stored = 0, choices = NULL, metadata = NULL, instructions = NULL, system_fingerprint = NULL,
                    service_tier = NULL
                WHERE id = ?
                """,
                .integer(row)
            )
        }
    }
}
