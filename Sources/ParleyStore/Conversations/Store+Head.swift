package import Parley

extension Store {
    package func head(of conversation: Conversation.ID, of owner: User.ID) throws -> ConversationHead {
        try database.read { try Self.head(conversation, owner, $0, paths) }
    }

    /// What is known of the paths that were read before may be used, except in a write job.
    static func head(
        _ id: Conversation.ID,
        _ owner: User.ID,
        _ connection: any Connection,
        _ paths: PathCache? = nil
    ) throws -> ConversationHead {
        let found = try connection.row(selectHead, .blob(id.bytes), .integer(owner.rawValue)) { row in
            (
                head: ConversationHead(
                    id: id,
                    row: try row.integer(0),
                    settings: Conversation.Settings(
                        model: try row.textOrNil(1),
                        instructions: try row.textOrNil(2),
                        policy: try row.textOrNil(3).flatMap(ContextPolicy.init(rawValue:)),
                        budget: try row.integerOrNil(4).map(Int.init)
                    ),
                    itemCount: Int(try row.integer(5)),
                    cut: try row.integerOrNil(6),
                    hasPinned: try row.integer(7) == 1,
                    path: []
                ),
                branch: try row.integerOrNil(8), position: try row.integerOrNil(9)
            )
        }
        guard let (found, branch, position) = found else { throw ParleyError.notFound("Conversation", id.text) }
        var head = found
        if let branch, let position {
            let tip = Place(branch: branch, position: position)
            head.path =
                try paths?.path(to: tip, in: id) { try PathReader.path(to: tip, connection) }
                ?? PathReader.path(to: tip, connection)
        }
        return head
    }

    static let selectHead = """
        SELECT conversation.id, conversation.model, conversation.instructions, conversation.context_policy,
            conversation.context_budget, conversation.item_count, conversation.context_cut,
            EXISTS (SELECT 1 FROM item WHERE item.conversation_id = conversation.id AND item.pinned = 1),
            conversation.tip_branch_id, conversation.tip_position
        FROM conversation
        WHERE conversation.public_id = ?
        AND \(ConversationRow.isVisible)
        """

    package func visitHistory(_ head: ConversationHead, _ visit: (Item) -> Bool) throws {
        guard !head.path.isEmpty else { return }
        try database.read { try PathReader.visit(head.path, $0, visit) }
    }

    package func pinnedUnits(_ head: ConversationHead) throws -> [ContextPlan.HistoryUnit] {
        try database.read { connection in
            let places = try connection.rows(
                "SELECT place FROM item WHERE conversation_id = ? AND pinned = 1 AND deleted_at IS NULL",
                .integer(head.row)
            ) { Place(key: try $0.integer(0)) }
            let onPath = places.filter { place in head.path.contains { $0.contains(place) } }
            let units = try onPath.compactMap { try Self.unit(around: $0, on: head, connection) }
            return Dictionary(units.map { ($0.position, $0) }) { first, _ in first }.values
                .sorted { $0.position < $1.position }
        }
    }

    /// The user message at or above `place` and what follows it up to the next one.
    static func unit(
        around place: Place,
        on head: ConversationHead,
        _ connection: any Connection
    ) throws -> ContextPlan.HistoryUnit? {
        var items: [Item] = []
        try PathReader.visit(PathSegment.cut(head.path, to: place.position), connection) { item in
            items.insert(item, at: 0)
            return !item.content.isFromUser
        }
        guard let first = items.first, first.content.isFromUser else { return nil }
        var next = place.position + 1
        while let item = try item(at: next, on: head, connection), !item.content.isFromUser {
            items.append(item)
            next += 1
        }
        return .init(position: first.place.position, items: items)
    }

    private static func item(
        at position: Int64,
        on head: ConversationHead,
        _ connection: any Connection
    ) throws -> Item? {
        guard let segment = head.path.first(where: { ($0.first...$0.last).contains(position) }) else { return nil }
        return try PathReader.items(segment.branch, position...position, limit: 1, ascending: true, connection)
            .first.map { try Blobs.resolve($0, connection) }
    }
}
