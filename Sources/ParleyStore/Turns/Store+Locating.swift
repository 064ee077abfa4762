package import Parley

extension Store {
    package func locate(
        _ list: [ItemContent],
        on head: ConversationHead,
        endUser: String?,
        of owner: User.ID
    ) throws -> (head: ConversationHead, known: Int) {
        let matcher = Matcher(list, hasher: try hasher(of: owner), endUser: nil, owner: owner)
        return try database.read { connection in
            guard let found = try matcher.find(on: head, connection) ?? matcher.beginning(on: head, connection) else {
                return (head, 0)
            }
            var head = head
            head.path = PathSegment.cut(head.path, to: found.position)
            return (head, found.known)
        }
    }
}

extension Matcher {
    /// The lowest item of a path that means the same as a prefix of the list, or as the end of what the list says of
    /// the past; and how many items of the list that accounts for.
    ///
    /// Looks no further up than the list is long, tool results and reasoning included twice over.
    func find(on head: ConversationHead, _ connection: any Connection) throws -> (position: Int64, known: Int)? {
        let ends = Dictionary(
            list.indices.filter { list[$0].isFromModel && list[$0].meaning != nil }.map { (matches[$0], $0 + 1) }
        ) { $1 }
        var path: [(position: Int64, meaning: [UInt8])] = []
        var prefix: (position: Int64, known: Int)?
        try PathReader.visit(head.path, connection) { item in
            if let known = ends[try Self.match(at: item.place, connection)] { prefix = (item.place.position, known) }
            if let meaning = item.content.meaning { path.append((item.place.position, meaning)) }
            return prefix == nil && path.count < 2 * list.count + 16
        }
        return prefix ?? suffix(of: path)
    }

    /// How far a list agrees with a path from its beginning on: where a client that changes answers leaves it.
    func beginning(on head: ConversationHead, _ connection: any Connection) throws -> (position: Int64, known: Int)? {
        var meanings = list.enumerated().compactMap { index, content in content.meaning.map { (index, $0) } }[...]
        var agreed: (position: Int64, known: Int)?
        for segment in head.path {
            let items = try PathReader.items(
                segment.branch,
                segment.first...segment.last,
                limit: 2 * list.count + 16,
                ascending: true,
                connection
            )
            for item in items {
                guard let meaning = item.content.meaning else { continue }
                guard let (index, sent) = meanings.first, sent == meaning else { return agreed }
                agreed = (item.place.position, index + 1)
                meanings.removeFirst()
            }
        }
        return agreed
    }

    private static func match(at place: Place, _ connection: any Connection) throws -> [UInt8] {
        try connection.row("SELECT match FROM item WHERE place = ?", .integer(place.key)) { try $0.blob(0) } ?? []
    }

    /// A trimmed list: its last answer is on the path, and what was sent before it stands above, item for item.
    private func suffix(of path: [(position: Int64, meaning: [UInt8])]) -> (position: Int64, known: Int)? {
        guard let end = list.indices.last(where: { list[$0].isFromModel && list[$0].meaning != nil }), end > 0 else {
            return nil
        }
        let sent = list[...end].reversed().compactMap(\.meaning)
        for start in path.indices where path.count - start >= sent.count {
            if path[start..<(start + sent.count)].map(\.meaning).elementsEqual(sent) {
                return (path[start].position, end + 1)
            }
        }
        return nil
    }
}
