import Parley

/// Accepts one turn inside a write job: recognises the request, finds its place, stores its input.
struct Acceptor {
    let acceptance: TurnAcceptance
    let hasher: ItemHasher
    /// Computed before the job, from the list alone.
    let matcher: Matcher?
    let fingerprint: [UInt8]?
    let parameters: TurnParameters?
    let process: Int64

    func accept(_ connection: any Connection) throws -> TurnAdmission {
        if let known = try knownTurn(connection) { return .known(known) }
        if let reservation = acceptance.reservation {
            try SpendingRows.reserve(reservation, process: process, connection)
        }
        switch acceptance.target {
        case .unrecorded: return .accepted(try insertUnrecorded(connection))
        case .conversation(let head): return .accepted(try insert(behind: head, connection))
        case .match: return .accepted(try insertMatched(connection))
        case .hidden: return .accepted(try insertHidden(connection))
        }
    }

    private func insert(behind head: ConversationHead, _ connection: any Connection) throws -> AcceptedTurn {
        try checkAlive(head, connection)
        let writer = writer(head.row, connection, endUser: nil)
        try writer.nameConversation(after: acceptance.input.map(\.content), unless: head.tip != nil)
        try keepSettings(head.row, connection)
        return try insert(acceptance.input, behind: head.tip, head.id, writer)
    }

    /// A response may go on behind one whose conversation was deleted and is not purged.
    private func checkAlive(_ head: ConversationHead, _ connection: any Connection) throws {
        let deleted = try connection.row(
            "SELECT deleted_at FROM conversation WHERE id = ? AND removal_id IS NULL",
            .integer(head.row)
        ) { try $0.integerOrNil(0) }
        guard let deleted, deleted == nil || !acceptance.movesTip else {
            throw ParleyError.notFound("Conversation", head.id.text)
        }
    }

    private func keepSettings(_ row: Int64, _ connection: any Connection) throws {
        if let cut = acceptance.newCut {
            try connection.run("UPDATE conversation SET context_cut = ? WHERE id = ?", .integer(cut), .integer(row))
        }
        guard acceptance.adoptsInstructions else { return }
        let text = acceptance.instructions.map(\.text).joined(separator: "\n\n")
        try connection.run(
            "UPDATE conversation SET instructions = ? WHERE id = ? AND instructions IS NULL",
            .text(text),
            .integer(row)
        )
    }

    private func insertMatched(_ connection: any Connection) throws -> AcceptedTurn {
        if let found = try matcher?.find(connection) {
            let writer = writer(found.conversation, connection, endUser: acceptance.endUser)
            let tail = Array(acceptance.input.dropFirst(found.known))
            return try insert(tail, behind: found.place, found.publicID, writer)
        }
        if let (row, id) = try failedBeginning(connection) {
            return try insert(
                acceptance.input,
                behind: nil,
                id,
                writer(row, connection, endUser: acceptance.endUser)
            )
        }
        return try insertNew(hidden: false, connection)
    }

    private func insertHidden(_ connection: any Connection) throws -> AcceptedTurn {
        guard let (row, id) = try failedBeginning(connection) else { return try insertNew(hidden: true, connection) }
        return try insert(acceptance.input, behind: nil, id, writer(row, connection, endUser: nil))
    }

    private func insertNew(hidden: Bool, _ connection: any Connection) throws -> AcceptedTurn {
        let id = Conversation.ID.random()
        let contents = acceptance.input.map(\.content)
        let title = contents.first(where: \.isFromUser).map { Conversation.title(from: $0.text) } ?? ""
        let row = try ConversationRow.insert(
            NewConversation(title: hidden ? "" : title),
            id: id,
            of: acceptance.owner,
            hidden: hidden,
            connection
        )
        let endUser = hidden ? nil : acceptance.endUser
        return try insert(acceptance.input, behind: nil, id, writer(row, connection, endUser: endUser))
    }

    /// The conversation that an earlier, failed attempt of this same request began, if nothing has come of it yet.
    private func failedBeginning(_ connection: any Connection) throws -> (Int64, Conversation.ID)? {
        guard let fingerprint else { return nil }
        return try connection.row(
            Self.failedBeginning,
            .blob(fingerprint),
            .integer(acceptance.owner.rawValue)
        ) { (try $0.integer(0), Identifier(bytes: try $0.blob(1))) }
    }

    static let failedBeginning = """
        SELECT conversation.id, conversation.public_id
        FROM turn
        JOIN conversation ON conversation.id = turn.conversation_id
        WHERE turn.fingerprint = ?
        AND turn.person_id = conversation.person_id
        AND turn.status IN ('failed', 'cancelled')
        AND conversation.tip_position IS NULL
        AND \(ConversationRow.isVisible)
        ORDER BY turn.created_at DESC
        LIMIT 1
        """

    private func writer(_ row: Int64, _ connection: any Connection, endUser: String?) -> ItemWriter {
        ItemWriter(connection: connection, hasher: hasher, conversation: row, endUser: endUser)
    }
}

extension Acceptor {
    /// The turn that this same request began before, if it still runs or was answered.
    ///
    /// - Throws: ``ParleyError/Code/idempotencyKeyReused`` when the key stands for another request.
    private func knownTurn(_ connection: any Connection) throws -> Turn.ID? {
        if let idempotency = acceptance.idempotency {
            return try IdempotencyRow.turn(idempotency, owner: acceptance.owner, connection)
        }
        guard acceptance.isRetry, let fingerprint else { return nil }
        return try TurnRow.begun(by: fingerprint, key: acceptance.key, of: acceptance.owner, connection)
    }
}
