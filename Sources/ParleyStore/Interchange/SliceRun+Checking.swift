import Parley

extension SliceRun {
    /// Whether the conversation can be written to; one that is being removed is lost for the rest of the import.
    mutating func isThere(_ step: ImportWrite, _ number: Int) throws -> Bool {
        if places.lost.contains(number) { return false }
        guard found.insert(number).inserted else { return true }
        let conversation: KnownConversation
        switch step {
        case .make: return true
        case .open(let known): conversation = known
        default: conversation = try known(number).conversation
        }
        let count = try connection.run(
            Self.keepUnseen,
            .integer(Timestamp.now.milliseconds),
            .integer(conversation.row),
            .integer(owner.rawValue),
            .blob(conversation.id.bytes)
        )
        if count == 1 { return true }
        if try conversation.isThere(connection) { return true }
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
        AND public_id = ?
        AND importing = 1
        AND removal_id IS NULL
        """
}
