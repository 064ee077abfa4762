import Parley

/// Reads a conversation for an export.
struct ExportReader {
    let connection: any Connection
    let owner: User.ID

    func read(_ id: ExportID, _ scope: ExportScope) throws -> ExportedConversation? {
        guard let (publicID, tip, record) = try head(id) else { return nil }
        let conversation = try ConversationRow.complete(
            ConversationRow.find(publicID, of: owner, connection),
            connection
        )
        let lines = try scope == .all ? branches(of: id) : tip.map { try PathReader.path(to: $0, connection) } ?? []
        var complete = record
        complete.take(conversation)
        complete.tip = try tip.flatMap { try ItemPager.key(at: $0, connection) }
        complete.isRewound = tip == nil && !lines.isEmpty
        return ExportedConversation(
            id: id,
            scope: scope,
            record: complete,
            conversation: conversation,
            lines: lines,
            tip: tip
        )
    }

    /// What only an export needs to know.
    private func head(_ id: ExportID) throws -> (Conversation.ID, Place?, ConversationRecord)? {
        try connection.row(
            """
            SELECT public_id, tip_branch_id, tip_position, context_cut, source, source_id, extra
            FROM conversation
            WHERE id = ?
            AND \(ConversationRow.isVisible)
            """,
            .integer(id.row),
            .integer(owner.rawValue)
        ) { row in
            var record = ConversationRecord()
            let branch = try row.integerOrNil(1)
            let position = try row.integerOrNil(2)
            record.cut = try row.integerOrNil(3)
            record.source = try row.textOrNil(4)
            record.sourceID = try row.textOrNil(5)
            record.extra = try row.textOrNil(6).flatMap { try? JSON(parsing: $0).object } ?? .init()
            let tip = branch.flatMap { branch in position.map { Place(branch: branch, position: $0) } }
            return (Identifier(bytes: try row.blob(0)), tip, record)
        }
    }

    /// Every branch, each whole: older ones first, so that parents come before children.
    private func branches(of id: ExportID) throws -> [PathSegment] {
        try connection.rows(
            "SELECT id, fork_position FROM branch WHERE conversation_id = ? ORDER BY id",
            .integer(id.row)
        ) { row in
            PathSegment(
                branch: try row.integer(0),
                first: try row.integer(1) + 1,
                last: Place.lastPosition
            )
        }
    }
}

extension ConversationRecord {
    fileprivate mutating func take(_ conversation: Conversation) {
        id = conversation.id.text
        title = conversation.title
        createdAt = conversation.createdAt
        updatedAt = conversation.updatedAt
        model = conversation.settings.model
        instructions = conversation.settings.instructions
        policy = conversation.settings.policy?.rawValue
        budget = conversation.settings.budget
        metadata = conversation.metadata
        tags = conversation.tags
        pinned = conversation.pinned
        archived = conversation.archived
        held = conversation.held
    }
}
