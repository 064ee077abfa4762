import Parley

/// Accepts one turn inside a write job: recognises the request, finds its place, stores its input.
struct Acceptor {
    let acceptance: TurnAcceptance
    let hasher: ItemHasher
    /// Computed before the job, from the list alone.
    let matcher: Matcher?
    let fingerprint: [UInt8]?
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

    private func insertUnrecorded(_ connection: any Connection) throws -> AcceptedTurn {
        let row = try TurnRow.insert(
            acceptance,
            conversation: nil,
            inputTip: nil,
            fingerprint: fingerprint,
            process: process,
            connection
        )
        return accepted(row, nil, nil, nil, PathHashes())
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
            "SELECT deleted_at FROM conversation WHERE id = ?",
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
    private func insert(
        _ drafts: [ItemDraft],
        behind parent: Place?,
        _ conversation: Conversation.ID,
        _ writer: ItemWriter
    ) throws -> AcceptedTurn {
        let connection = writer.connection
        var hashes = try writer.hashes(at: parent, beforeModelItem: drafts.first?.content.isFromModel ?? true)
        guard !drafts.isEmpty else {
            let row = try insertTurn(writer.conversation, parent, connection)
            return accepted(row, conversation, writer.conversation, parent, hashes, endUser: writer.endUser)
        }
        guard let place = try writer.freePlace(after: parent) else {
            return try insert(drafts, besideSiblingsOf: parent, conversation, &hashes, writer)
        }
        return try insert(drafts, at: place, conversation, &hashes, writer)
    }

    /// Something stands behind the parent already: the same items of an attempt that failed, or another line.
    private func insert(
        _ drafts: [ItemDraft],
        besideSiblingsOf parent: Place?,
        _ conversation: Conversation.ID,
        _ hashes: inout PathHashes,
        _ writer: ItemWriter
    ) throws -> AcceptedTurn {
        guard let reused = try writer.reusable(drafts, behind: parent, hashes) else {
            return try insert(drafts, at: writer.fork(from: parent), conversation, &hashes, writer)
        }
        let last = reused.places.last
        let row = try insertTurn(writer.conversation, last, writer.connection)
        try writer.handOver(reused.places, to: row)
        // The text of a compaction is in no hash, so another one may stand there.
        for (draft, place) in zip(drafts, reused.places) where draft.content.kind == .compaction {
            try Compactions.edit(place, draft.content.text, writer.connection)
        }
        return accepted(row, conversation, writer.conversation, last, reused.hashes, endUser: writer.endUser)
    }

    private func insert(
        _ drafts: [ItemDraft],
        at place: Place,
        _ conversation: Conversation.ID,
        _ hashes: inout PathHashes,
        _ writer: ItemWriter
    ) throws -> AcceptedTurn {
        let last = Place(branch: place.branch, position: place.position + Int64(drafts.count) - 1)
        let row = try insertTurn(writer.conversation, last, writer.connection)
        _ = try writer.insert(drafts, at: place, &hashes, turn: row)
        return accepted(row, conversation, writer.conversation, last, hashes, endUser: writer.endUser)
    }

    private func insertTurn(_ conversation: Int64, _ inputTip: Place?, _ connection: any Connection) throws -> Int64 {
        let row = try TurnRow.insert(
            acceptance,
            conversation: conversation,
            inputTip: inputTip,
            fingerprint: fingerprint,
            process: process,
            connection
        )
        guard let idempotency = acceptance.idempotency else { return row }
        try IdempotencyRow.insert(idempotency, owner: acceptance.owner, turn: row, connection)
        return row
    }

    private func accepted(
        _ row: Int64,
        _ conversation: Conversation.ID?,
        _ conversationRow: Int64?,
        _ inputTip: Place?,
        _ hashes: PathHashes,
        endUser: String? = nil
    ) -> AcceptedTurn {
        var accepted = AcceptedTurn(
            id: acceptance.id,
            row: row,
            conversation: hidesConversation ? nil : conversation,
            conversationRow: conversationRow,
            inputTip: inputTip,
            hashes: hashes,
            endUser: endUser,
            owner: acceptance.owner
        )
        accepted.movesTip = acceptance.movesTip
        accepted.createdAt = acceptance.createdAt
        accepted.isReserved = acceptance.reservation != nil
        return accepted
    }

    /// The request did not name the conversation that it goes into.
    private var hidesConversation: Bool {
        switch acceptance.target {
        case .hidden: true
        case .conversation(let head): head.isHidden || !acceptance.movesTip
        case .match, .unrecorded: false
        }
    }
}

extension Acceptor {
    /// How long an SDK's own retry is recognised, in milliseconds.
    private static let retryWindow: Int64 = 10 * 60 * 1000

    /// The turn that this same request began before, if it still runs or was answered.
    ///
    /// - Throws: ``ParleyError/Code/idempotencyKeyReused`` when the key stands for another request.
    private func knownTurn(_ connection: any Connection) throws -> Turn.ID? {
        if let idempotency = acceptance.idempotency {
            return try IdempotencyRow.turn(idempotency, owner: acceptance.owner, connection)
        }
        guard acceptance.isRetry, let fingerprint else { return nil }
        let newest = try connection.row(
            TurnRow.byFingerprint,
            .blob(fingerprint),
            .integer(acceptance.owner.rawValue),
            .integer(Timestamp.now.milliseconds - Self.retryWindow),
            .integer(acceptance.key?.rawValue)
        ) { (Turn.ID(bytes: try $0.blob(0)), Turn.Status(rawValue: try $0.text(1))) }
        // One that failed is tried again, whatever an older one was answered.
        guard let (id, status) = newest, status != .failed, status != .cancelled else { return nil }
        return id
    }
}
