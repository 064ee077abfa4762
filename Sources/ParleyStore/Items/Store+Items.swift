package import Parley

extension Store {
    package func items(
        _ query: ItemQuery,
        in conversation: Conversation.ID,
        of owner: User.ID
    ) throws -> Page<Item> {
        try database.read { connection in
            try Self.items(query, on: Self.head(conversation, owner, connection, paths), connection)
        }
    }

    /// A page of a path.
    static func items(
        _ query: ItemQuery,
        on head: ConversationHead,
        _ connection: any Connection
    ) throws -> Page<Item> {
        var bounds: ClosedRange<Int64> = 1...max(1, head.tip?.position ?? 1)
        if let after = query.after {
            let place = try Self.place(of: after, on: head, connection)
            let rest = query.ascending ? place.position + 1...bounds.upperBound + 1 : 0...place.position - 1
            bounds = rest.clamped(to: bounds)
            guard rest.overlaps(bounds) else { return Page(elements: [], hasMore: false) }
        }
        let found = try Self.page(head.path, bounds, limit: query.limit + 1, query.ascending, connection)
        return Page(
            elements: try found.prefix(query.limit).map { try Blobs.resolve($0, connection) },
            hasMore: found.count > query.limit
        )
    }

    /// The first items of a path within a range of positions, from either end.
    private static func page(
        _ path: [PathSegment],
        _ bounds: ClosedRange<Int64>,
        limit: Int,
        _ ascending: Bool,
        _ connection: any Connection
    ) throws -> [Item] {
        guard !path.isEmpty else { return [] }
        var items: [Item] = []
        var index = path.index(at: ascending ? bounds.lowerBound : bounds.upperBound)
        while items.count < limit, path.indices.contains(index) {
            let segment = path[index]
            index += ascending ? 1 : -1
            let first = max(segment.first, bounds.lowerBound)
            let last = min(segment.last, bounds.upperBound)
            guard first <= last else { break }
            items += try PathReader.items(
                segment.branch,
                first...last,
                limit: limit - items.count,
                ascending: ascending,
                connection
            )
        }
        return items
    }

    package func item(_ id: Item.ID, in conversation: Conversation.ID, of owner: User.ID) throws -> Item {
        try database.read { connection in
            let (row, _) = try ConversationRow.find(conversation, of: owner, connection)
            return try Self.item(id, in: row, connection)
        }
    }

    package func item(_ id: Item.ID, of owner: User.ID) throws -> Item {
        try database.read { connection in
            let row = try connection.row(
                """
                SELECT conversation.id
                FROM item
                JOIN conversation ON conversation.id = item.conversation_id
                WHERE item.public_id = ?
                AND \(ConversationRow.isVisible)
                """,
                .blob(id.bytes),
                .integer(owner.rawValue)
            ) { try $0.integer(0) }
            guard let row else { throw ParleyError.notFound("Item", id.digits) }
            return try Self.item(id, in: row, connection)
        }
    }

    static func item(_ id: Item.ID, in row: Int64, _ connection: any Connection) throws -> Item {
        let item = try connection.row(
            """
            SELECT \(ItemRow.columns), \(ItemRow.turnColumns)
            FROM item
            LEFT JOIN turn ON turn.id = item.turn_id
            WHERE item.public_id = ?
            AND item.conversation_id = ?
            AND item.deleted_at IS NULL
            """,
            .blob(id.bytes),
            .integer(row)
        ) { try ItemRow.item($0, hasTurn: true) }
        guard let item else { throw ParleyError.notFound("Item", id.digits) }
        return try Blobs.resolve(item, connection)
    }

    /// Where a cursor points; it must be on the active path.
    private static func place(
        of id: Item.ID,
        on head: ConversationHead,
        _ connection: any Connection
    ) throws -> Place {
        let place = try connection.row(
            "SELECT place FROM item WHERE public_id = ? AND conversation_id = ?",
            .blob(id.bytes),
            .integer(head.row)
        ) { Place(key: try $0.integer(0)) }
        guard let place, !head.path.isEmpty, head.path[head.path.index(at: place.position)].contains(place) else {
            throw ParleyError(.invalidValue, "No item with id '\(id.digits)' to go on from.", parameter: "after")
        }
        return place
    }
}

extension Store {
    package func append(
        _ drafts: [ItemDraft],
        to conversation: Conversation.ID,
        of owner: User.ID
    ) async throws -> [Item] {
        let hasher = try hasher(of: owner)
        return try await database.write(.turn) { connection in
            let head = try Self.head(conversation, owner, connection)
            let writer = ItemWriter(connection: connection, hasher: hasher, conversation: head.row, endUser: nil)
            try writer.nameConversation(after: drafts.map(\.content), unless: head.tip != nil)
            let places = try writer.appendAtTip(drafts, behind: head.tip)
            return zip(drafts, places).map { Item($0, at: $1) }
        }
    }

    package func rewind(_ conversation: Conversation.ID, of owner: User.ID) async throws -> Item? {
        try await database.write(.turn) { connection in
            let head = try Self.head(conversation, owner, connection)
            var last: Item?
            try PathReader.visit(head.path, connection) { item in
                if item.content.isFromUser { last = item }
                return last == nil
            }
            guard let last else { return nil }
            let rest = PathSegment.cut(head.path, to: last.place.position - 1)
            try ConversationRow.setTip(rest.tip, of: head.row, connection)
            return last
        }
    }
}

extension ItemWriter {
    /// Adds items behind the tip and moves it to the last of them.
    func appendAtTip(_ drafts: [ItemDraft], behind tip: Place?) throws -> [Place] {
        var hashes = try hashes(at: tip, beforeModelItem: drafts.first?.content.isFromModel == true)
        let places = try insert(drafts, at: try place(after: tip), &hashes, turn: nil)
        try ConversationRow.setTip(places.last ?? tip, of: conversation, connection)
        return places
    }

    /// Gives a conversation that has no title one from what is said first in it.
    func nameConversation(after contents: [ItemContent], unless hasItems: Bool) throws {
        guard !hasItems, let text = contents.first(where: \.isFromUser)?.text else { return }
        try connection.run(
            "UPDATE conversation SET title = ? WHERE id = ? AND title = ''",
            .text(Conversation.title(from: text)),
            .integer(conversation)
        )
    }
}

extension PathSegment {
    func contains(_ place: Place) -> Bool {
        place.branch == branch && (first...last).contains(place.position)
    }
}

extension [PathSegment] {
    /// The index of the segment that holds a position, or of the one that is nearest; the path must not be empty.
    ///
    /// Logarithmic in the number of segments.
    func index(at position: Int64) -> Int {
        var low = 0
        var high = count - 1
        while low < high {
            let middle = (low + high) / 2
            if self[middle].last < position { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The last place of a path.
    var tip: Place? { last.map { Place(branch: $0.branch, position: $0.last) } }
}
