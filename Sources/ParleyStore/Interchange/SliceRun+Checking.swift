import Parley

extension SliceRun {
    /// Whether the conversation can be written to; one that is being removed is lost for the rest of the import.
    mutating func isThere(_ step: ImportStep, _ number: Int) throws -> Bool {
        if places.lost.contains(number) { return false }
        guard found.insert(number).inserted else { return true }
        let row: Int64
        switch step {
        case .make: return true
        case .open(let known): row = known
        default: row = try known(number).row
        }
        let count = try connection.run(
            Self.keepUnseen,
            .integer(Timestamp.now.milliseconds),
            .integer(row),
            .integer(owner.rawValue)
        )
        if count == 1 { return true }
        let isKnown = try connection.row(
            "SELECT 1 FROM conversation WHERE id = ? AND person_id = ? AND removal_id IS NULL",
            .integer(row),
            .integer(owner.rawValue)
        ) { try $0.integer(0) }
        guard isKnown == nil else { return true }
        places.lost.insert(number)
        places.conversations[number] = nil
        return false
    }

    /// What is on its way is not what an import gave up long ago.
    private static let keepUnseen = """
        UPDATE conversation
        SET deleted_at = ?
        WHERE id = ?
        AND person_id = ?
        AND importing = 1
        AND removal_id IS NULL
        """
}
