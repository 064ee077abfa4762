import Parley

extension Store {
    /// Gives what was removed back to the disk, so that nothing of it is left in the files.
    /// - Returns: whether it has left the log too.
    @discardableResult
    func giveBackSpace(compacts: Bool = true, _ tell: WorkListener) async throws -> Bool {
        if compacts {
            await tell(WorkProgress(.index))
            try await compactIndex()
        }
        var total: Int?
        return try await database.giveBackSpace { left in
            let all = total ?? left
            total = all
            await tell(WorkProgress(.pages, done: all - left, of: all))
        }
    }

    /// Gives the space back, and notes in the reports of finished removals that nothing of them is in the log.
    ///
    /// While somebody reads from the log it is not so: ``followUp()`` notes it once it is.
    func leaveFiles(compacts: Bool = true, _ tell: WorkListener) async throws {
        if try await giveBackSpace(compacts: compacts, tell) { try await noteEmptied() }
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
}
