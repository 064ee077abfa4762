import Parley

extension Store {
    /// Gives what was removed back to the disk, so that nothing of it is left in the files.
    /// - Returns: whether it has left the log too.
    @discardableResult
    func giveBackSpace() async throws -> Bool {
        try await compactIndex()
        return try await database.giveBackSpace()
    }

    /// Gives the space back, and notes in the reports of finished removals that nothing of them is left.
    ///
    /// While somebody reads from the log it is not so: ``followUp()`` notes it once it is.
    func leaveFiles() async throws {
        if try await giveBackSpace() { try await noteEmptied() }
    }

    /// Notes later what a reader has put off, unless something is being removed just now.
    ///
    /// To be called every few seconds.
    package func followUp() async throws { try await keeping.passIfFree { try await noteEmptied() } }

    /// Notes that what finished prunes and erasures removed has left the log, if it has.
    func noteEmptied() async throws {
        guard !database.logHoldsRemoved, try database.read(Self.hasUnemptied) else { return }
        try await database.write(.maintenance) { connection in
            for table in Self.reports {
                try connection.run(
                    "UPDATE \(table) SET emptied_at = ? WHERE emptied_at IS NULL AND finished_at IS NOT NULL",
                    .integer(Timestamp.now.milliseconds)
                )
            }
        }
    }

    private static let reports = ["removal", "erasure"]

    static func hasUnemptied(_ connection: any Connection) throws -> Bool {
        try reports.contains { table in
            try connection.row(
                "SELECT 1 FROM \(table) WHERE emptied_at IS NULL AND finished_at IS NOT NULL LIMIT 1"
            ) { try $0.integer(0) } != nil
        }
    }

    /// Titles of what is gone leave the index now, and with them every word that was taken out.
    private func compactIndex() async throws {
        var hasTitles = true
        while hasTitles {
            hasTitles = try await database.write(.maintenance) { connection in
                try SearchTitles.write(connection)
                return try connection.row("SELECT 1 FROM search_pending WHERE branch < 0 LIMIT 1") {
                    try $0.integer(0)
                } != nil
            }
        }
        let fullText = database.dialect.fullText
        for index in [FullTextIndex.items, .headings] {
            var begins = true
            while try await database.write(
                .maintenance,
                { [begins] in
                    try fullText.compact(index, begins: begins, $0)
                }
            ) {
                begins = false
            }
        }
    }
}
