import Parley

extension StoreImport {
    func add(_ record: TurnRecord, line: Int) async throws {
        guard let conversation else { return fail(line: line, "A turn stands in front of every conversation.") }
        guard conversation.ending == nil else { return }
        let id = Turn.ID(record.key) ?? hasher.identifier(of: record.key, in: conversation.name ?? "")
        guard !options.isDryRun else { return try count(id, conversation) }
        if try !isKnown(id) { conversation.hasNews = true }
        var record = record
        record.createdAt = past(record.createdAt)
        record.settledAt = record.settledAt.map(past)
        let turn = ImportedTurn(
            id: id,
            substitute: hasher.substitute(for: id),
            input: record.input.flatMap(conversation.node),
            items: conversation.turnItems[ImportKey(record.key)] ?? [],
            record: record
        )
        write(.turn(turn), of: conversation)
        try await flushIfFull()
    }

    private func count(_ id: Turn.ID, _ conversation: ConversationInHand) throws {
        if try isKnown(id) {
            total.turns.known += 1
            return
        }
        total.turns.new += 1
        conversation.hasNews = true
    }

    /// Whether the owner has the turn with its conversation, under its id or under the one that was taken instead.
    private func isKnown(_ id: Turn.ID) throws -> Bool {
        try database.read { connection in
            try connection.row(
                "SELECT 1 FROM turn WHERE public_id IN (?, ?) AND person_id = ? AND conversation_id IS NOT NULL",
                .blob(id.bytes),
                .blob(hasher.substitute(for: id).bytes),
                .integer(owner.rawValue)
            ) { try $0.integer(0) } != nil
        }
    }
}
