package import Parley
import Synchronization

extension Store {
    package func calibrations() throws -> [ModelRoute: Calibration] {
        let rows = try database.read { connection in
            try connection.rows("SELECT upstream, model, ratio, samples FROM calibration") { row in
                (
                    ModelRoute(upstream: try row.text(0), model: try row.text(1)),
                    Calibration(ratio: try row.real(2), samples: Int(try row.integer(3)))
                )
            }
        }
        return Dictionary(rows) { first, _ in first }
    }

    package func keep(_ calibration: Calibration, for route: ModelRoute) {
        database.enqueue(.maintenance) { connection in
            try connection.run(
                """
                INSERT INTO calibration (upstream, model, ratio, samples, updated_at)
                VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (upstream, model) DO UPDATE
                SET ratio = excluded.ratio, samples = excluded.samples, updated_at = excluded.updated_at
                """,
                .text(route.upstream),
                .text(route.model),
                .real(calibration.ratio),
                .integer(calibration.samples),
                .integer(Timestamp.now.milliseconds)
            )
        }
    }

    package func keep(_ counts: [Place: Int]) {
        database.enqueue(.maintenance) { connection in
            for (place, count) in counts {
                try connection.run(
                    "UPDATE item SET tokens = ? WHERE place = ? AND tokens IS NULL",
                    .integer(count),
                    .integer(place.key)
                )
            }
        }
    }

    /// How long a response that ran in the background can be watched again piece by piece, in milliseconds.
    private static let piecesLifetime: Int64 = 24 * 60 * 60 * 1000

    /// How far back a beat looks for them; what expired while no process ran goes when the next one starts.
    private static let upkeepWindow: Int64 = 60 * 60 * 1000

    static func forgetPieces(
        endedBefore end: Int64 = Timestamp.now.milliseconds - piecesLifetime,
        since window: Int64 = .max,
        _ connection: any Connection
    ) throws {
        try connection.run(Self.forgetPieces, .integer(max(0, end - min(window, end))), .integer(end))
    }

    private static let forgetPieces = """
        DELETE FROM chunk
        WHERE turn_id IN (
            SELECT turn_id
            FROM chunk
            JOIN turn ON turn.id = chunk.turn_id
            WHERE turn.background = 1
            AND turn.settled_at BETWEEN ? AND ?
        )
        """

    /// Says that this process lives, and forgets idempotency keys and pieces of answers that have expired.
    ///
    /// To be called every few seconds.
    package func beat() {
        let now = Timestamp.now.milliseconds
        let rotates = sealedSince.withLock { since in
            guard now - since >= Seal.rotation else { return false }
            since = now
            return true
        }
        database.enqueue(.maintenance) { [process] connection in
            try connection.run("UPDATE process SET beat_at = ? WHERE id = ?", .integer(now), .integer(process))
            try connection.run(
                "DELETE FROM idempotency WHERE created_at < ?",
                .integer(now - IdempotencyRow.lifetime)
            )
            try Self.forgetPieces(endedBefore: now - Self.piecesLifetime, since: Self.upkeepWindow, connection)
            if rotates { try Seal.rotate(connection) }
        }
    }
}
