import Parley

/// Recognises the conversation that a client sends again, from what it sends.
struct Matcher {
    let list: [ItemContent]
    let matches: [[UInt8]]
    let hasher: ItemHasher
    let endUser: String?
    let owner: User.ID

    /// How many conversations with the same last answer are compared in full.
    private static let candidates = 8

    init(_ list: [ItemContent], hasher: ItemHasher, endUser: String?, owner: User.ID) {
        self.list = list
        self.hasher = hasher
        self.endUser = endUser
        self.owner = owner
        matches = hasher.matches(of: list, endUser: endUser)
    }

    /// A place in a conversation that means the same as the first `known` items of the list.
    struct Found {
        var conversation: Int64
        var publicID: Conversation.ID
        var place: Place
        var known: Int
    }

    /// Where in the list the model spoke: only there can a known prefix end.
    private var ends: [Int] {
        list.indices.filter { list[$0].isFromModel && list[$0].meaning != nil }
    }

    /// The longest stored prefix, else the place of the last answer when what was sent before it is what stands there.
    func find(_ connection: any Connection) throws -> Found? {
        try longestPrefix(connection) ?? lastPair(connection)
    }

    /// Probes the whole list first, as most clients send it, then halves: a prefix can be stored only if every shorter
    /// one is.
    private func longestPrefix(_ connection: any Connection) throws -> Found? {
        let ends = ends
        guard let last = ends.last else { return nil }
        if let found = try stored(last, connection) { return found }
        var best: Found?
        var low = 0
        var high = ends.count - 1
        while low < high {
            let middle = (low + high) / 2
            if let found = try stored(ends[middle], connection) {
                best = found
                low = middle + 1
            } else {
                high = middle
            }
        }
        return best
    }

    private func stored(_ end: Int, _ connection: any Connection) throws -> Found? {
        try connection.row(Self.byMatch, .blob(matches[end]), .integer(owner.rawValue)) {
            try found($0, known: end + 1)
        }
    }

    private func found(_ row: any Row, known: Int) throws -> Found {
        Found(
            conversation: try row.integer(1),
            publicID: Identifier(bytes: try row.blob(2)),
            place: Place(key: try row.integer(0)),
            known: known
        )
    }

    /// A client that trims its list sends no prefix, but its last answer and what stands before it.
    private func lastPair(_ connection: any Connection) throws -> Found? {
        guard let end = ends.last, end > 0, let meaning = list[end].meaning else { return nil }
        let before = list[..<end].last { $0.meaning != nil }?.meaning
        let pair = hasher.pair(meaning, after: before, endUser: endUser)
        let candidates = try connection.rows(
            Self.byPair,
            .blob(pair),
            .integer(owner.rawValue),
            .integer(Self.candidates)
        ) { try found($0, known: end + 1) }
        return try candidates.first { try stands($0, connection) }
    }

    /// Whether everything that was sent up to the found place stands above it, backwards.
    private func stands(_ found: Found, _ connection: any Connection) throws -> Bool {
        var expected = list[..<found.known].compactMap(\.meaning)
        try PathReader.visit(PathReader.path(to: found.place, connection), connection) { item in
            guard let meaning = item.content.meaning else { return true }
            guard meaning == expected.last else { return false }
            expected.removeLast()
            return !expected.isEmpty
        }
        return expected.isEmpty
    }

    private static let select = """
        SELECT item.place, conversation.id, conversation.public_id
        FROM item
        JOIN conversation ON conversation.id = item.conversation_id
        WHERE conversation.hidden = 0
        AND item.pair IS NOT NULL
        AND item.deleted_at IS NULL
        """

    /// Among equals the newest conversation that ends there.
    private static let order = """
        AND \(ConversationRow.isVisible)
        ORDER BY item.place = conversation.tip_branch_id * 16777216 + conversation.tip_position DESC,
            conversation.updated_at DESC, conversation.id DESC
        """

    static let byMatch = """
        \(select)
        AND item.match = ?
        \(order)
        LIMIT 1
        """

    static let byPair = """
        \(select)
        AND item.pair = ?
        \(order)
        LIMIT ?
        """
}
