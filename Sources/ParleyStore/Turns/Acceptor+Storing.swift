import Parley

// Stores the turn and its input, once its place is found.

extension Acceptor {
    func insertUnrecorded(_ connection: any Connection) throws -> AcceptedTurn {
        let row = try TurnRow.insert(
            acceptance,
            conversation: nil,
            inputTip: nil,
            fingerprint: fingerprint,
            parameters: parameters,
            process: process,
            connection
        )
        return accepted(row, nil, nil, nil, PathHashes())
    }

    /// Stores the input behind `parent`, where an earlier attempt may have left it already.
    func insert(
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
            parameters: parameters,
            process: process,
            connection
        )
        if let opening = acceptance.opening { try ChunkRow.insert(opening, turn: row, connection) }
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
