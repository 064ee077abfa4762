package import Parley

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

    /// Says that this process lives, and forgets idempotency keys that have expired.
    ///
    /// To be called every few seconds.
    package func beat() {
        database.enqueue(.maintenance) { [process] connection in
            let now = Timestamp.now.milliseconds
            try connection.run("UPDATE process SET beat_at = ? WHERE id = ?", .integer(now), .integer(process))
            try connection.run(
                "DELETE FROM idempotency WHERE created_at < ?",
                .integer(now - IdempotencyRow.lifetime)
            )
        }
    }
}
