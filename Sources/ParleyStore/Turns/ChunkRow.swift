import Parley

/// What is kept of an answer piece by piece: rows of the `chunk` table.
enum ChunkRow {
    /// The number of the part that stands before the first that was said.
    private static let opening = -1

    static func insert(_ opening: TurnOpening, turn: Int64, _ connection: any Connection) throws {
        try insert(Self.opening, ChunkText.write(opening), turn: turn, connection)
    }

    static func insert(_ part: TurnCheckpoint, _ connection: any Connection) throws {
        try insert(part.part, ChunkText.write(part.deltas), turn: part.row, connection)
    }

    private static func insert(
        _ part: Int,
        _ content: String,
        turn: Int64,
        _ connection: any Connection
    ) throws {
        try connection.run(
            """
            INSERT INTO chunk (turn_id, part, content, created_at)
            SELECT id, ?, ?, ?
            FROM turn
            WHERE id = ?
            AND status = 'running'
            """,
            .integer(part),
            .text(content),
            .integer(Timestamp.now.milliseconds),
            .integer(turn)
        )
    }

    static func answer(of turn: Int64, _ connection: any Connection) throws -> KeptAnswer {
        let parts = try connection.rows(
            "SELECT part, content FROM chunk WHERE turn_id = ? ORDER BY part",
            .integer(turn)
        ) { (part: try $0.integer(0), content: try $0.text(1)) }
        return KeptAnswer(
            opening: parts.first { $0.part == opening }.flatMap { ChunkText.opening($0.content) },
            pieces: parts.filter { $0.part != opening }.flatMap { ChunkText.read($0.content) }
        )
    }
}
