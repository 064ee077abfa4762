import Parley

extension StoreImport {
    func add(_ record: ConversationRecord, line: Int) async throws {
        try await endConversation()
        try await flushIfFull()
        if !note(record) {
            try await flush()
            try await settle()
        }
        switch try find(record) {
        case .nobody(let id): begin(record, line, id: id)
        case .known(let known, let isComplete): try resume(record, line, known, isComplete: isComplete)
        case .deleted(let id):
            let reason = "It was deleted here. Restore it with `parley sessions restore \(id.text)`, or purge it."
            conversation = ConversationInHand(
                number: nextConversation(),
                line: line,
                record: record,
                known: nil,
                wasSeen: true
            )
            end(.skipped, line: line, reason)
        }
    }

    func fail(line: Int, _ reason: String) {
        guard conversation?.ending == nil else { return }
        end(.failed, line: line, reason)
    }

    /// Whether the conversation has not come in this import.
    private func note(_ record: ConversationRecord) -> Bool {
        let names = [record.id, record.sourceID.map { "\(record.source ?? "")\u{0}\($0)" }].compactMap(\.self)
        return names.map { seen.insert(ImportKey($0)).inserted }.allSatisfy(\.self)
    }

    private func begin(_ record: ConversationRecord, _ line: Int, id: Conversation.ID) {
        let conversation = ConversationInHand(
            number: nextConversation(),
            line: line,
            record: record,
            known: nil,
            wasSeen: false
        )
        self.conversation = conversation
        let createdAt = past(record.createdAt ?? record.updatedAt ?? begun)
        let head = ImportedHead(record: record, createdAt: createdAt, updatedAt: past(record.updatedAt ?? createdAt))
        write(.make(head, id: id), of: conversation)
    }

    private func resume(
        _ record: ConversationRecord,
        _ line: Int,
        _ known: KnownConversation,
        isComplete: Bool
    ) throws {
        let conversation = ConversationInHand(
            number: nextConversation(),
            line: line,
            record: record,
            known: nil,
            wasSeen: isComplete
        )
        self.conversation = conversation
        do {
            conversation.known = try KnownTree(known, database)
            write(.open(known), of: conversation)
        } catch is KnownConversation.Gone {
            fail(line: line, Self.lost)
        }
    }

    /// No time of ours lies in the future.
    func past(_ time: Timestamp) -> Timestamp {
        min(max(time, Timestamp(milliseconds: 0)), begun)
    }

    /// Takes no more of the conversation in hand; what was written of a new one stays unseen.
    func end(_ ending: ConversationInHand.Ending, line: Int, _ reason: String) {
        total.add(.init(conversation: conversation?.name, line: line, reason: reason))
        guard let conversation else { return }
        conversation.ending = ending
        switch ending {
        case .skipped: total.conversations.skipped += 1
        case .failed: total.conversations.failed += 1
        }
        slice.drop(conversation.number)
    }

    /// Writes the end of the conversation in hand.
    func endConversation() async throws {
        guard let conversation else { return }
        self.conversation = nil
        guard conversation.ending == nil else { return }
        total.items += conversation.items
        let count: WritableKeyPath<ImportReport.Conversations, Int> =
            switch (conversation.wasSeen, conversation.hasNews) {
            case (false, _): \.new
            case (true, true): \.updated
            case (true, false): \.known
            }
        total.conversations[keyPath: count] += 1
        let record = conversation.record
        let isForeign = record.id == nil && record.title.isEmpty
        let title = isForeign ? Conversation.title(from: conversation.firstWords ?? "") : record.title
        let updatedAt = record.updatedAt ?? conversation.newest ?? record.createdAt ?? begun
        let tip = record.tip.flatMap(conversation.node) ?? conversation.last
        let ending = ImportEnding(
            tip: record.isRewound ? nil : tip,
            title: title,
            updatedAt: past(updatedAt),
            wasKnown: conversation.wasSeen,
            hasNews: conversation.hasNews
        )
        write(.end(ending), of: conversation)
        if !options.isDryRun { note(conversation, countedAs: count) }
    }
}

extension StoreImport {
    private enum Found {
        case nobody(Conversation.ID)
        case known(KnownConversation, isComplete: Bool)
        case deleted(Conversation.ID)
    }

    /// The conversation of a record: by its id when that is the owner's, else by its source.
    private func find(_ record: ConversationRecord) throws -> Found {
        let id = record.id.flatMap { Conversation.ID($0) }
        return try database.read { connection in
            var free: Conversation.ID?
            for id in id.map({ [$0, hasher.substitute(for: $0)] }) ?? [] where free == nil {
                guard let holder = try holder(of: id, connection) else {
                    free = id
                    continue
                }
                if holder.owner == owner, !holder.isGoing { return holder.found }
            }
            if let source = record.source, let sourceID = record.sourceID,
                let holder = try holder(of: source, sourceID, connection)
            {
                return holder.found
            }
            return .nobody(free ?? .random())
        }
    }

    private struct Holder {
        var owner: User.ID
        /// It is being removed: its id is taken still, but nothing can be added.
        var isGoing: Bool
        var found: Found
    }

    private func holder(of id: Conversation.ID, _ connection: any Connection) throws -> Holder? {
        try connection.row(
            """
            SELECT id, public_id, person_id, deleted_at, importing, removal_id
            FROM conversation
            WHERE public_id = ?
            """,
            .blob(id.bytes),
            decode: Self.holder
        )
    }

    private func holder(
        of source: String,
        _ sourceID: String,
        _ connection: any Connection
    ) throws -> Holder? {
        try connection.row(
            """
            SELECT id, public_id, person_id, deleted_at, importing, removal_id
            FROM conversation
            WHERE person_id = ?
            AND source = ?
            AND source_id = ?
            AND removal_id IS NULL
            """,
            .integer(owner.rawValue),
            .text(source),
            .text(sourceID),
            decode: Self.holder
        )
    }

    private static func holder(_ row: any Row) throws -> Holder {
        let id = Conversation.ID(bytes: try row.blob(1))
        let isImporting = try row.integer(4) == 1
        let isDeleted = try row.integerOrNil(3) != nil && !isImporting
        let owner = User.ID(try row.integer(2))
        let known = KnownConversation(row: try row.integer(0), id: id, owner: owner)
        return Holder(
            owner: owner,
            isGoing: try row.integerOrNil(5) != nil,
            found: isDeleted ? .deleted(id) : .known(known, isComplete: !isImporting)
        )
    }
}
