import Parley

/// The items of a conversation that is there, as an import recognises them.
///
/// Read page by page along a branch, and once for each item from which branches leave.
struct KnownTree {
    let conversation: KnownConversation
    private let database: any Database
    /// Branches that are younger came after the import had begun.
    private let newestBranch: Int64
    /// The page in hand, by place.
    private var page: [Int64: Match] = [:]
    /// Where branches leave: what they begin with, oldest first.
    private var forks: [Place?: [Match]] = [:]
    /// What was recognised.
    private var claimed: Set<Int64> = []

    struct Match {
        var place: Place
        var chain: [UInt8]
        var match: [UInt8]
    }

    private static let pageSize = 256

    /// - Throws: ``KnownConversation/Gone``, as everything that is read here.
    init(_ conversation: KnownConversation, _ database: any Database) throws {
        self.conversation = conversation
        self.database = database
        newestBranch = try conversation.read(database) { connection in
            try connection.row(
                "SELECT coalesce(max(id), 0) FROM branch WHERE conversation_id = ?",
                .integer(conversation.row)
            ) { try $0.integer(0) } ?? 0
        }
    }

    /// The last position of a branch.
    func end(of branch: Int64) throws -> Int64 {
        try conversation.read(database) { connection in
            try connection.row(
                "SELECT coalesce(max(place), 0) FROM item WHERE place BETWEEN ? AND ?",
                .integer(Place(branch: branch, position: 0).key),
                .integer(Place(branch: branch, position: Place.lastPosition).key)
            ) { Place(key: try $0.integer(0)).position } ?? 0
        }
    }

    /// The first item behind `parent` with this chain that was not recognised before, else the one with this id there.
    ///
    /// `last` is the end of the parent's branch as it was.
    mutating func child(of parent: Place?, upTo last: Int64, chain: [UInt8], id: Item.ID?) throws -> Match? {
        if let next = parent?.next, next.position <= last, let match = try item(at: next), match.chain == chain,
            claim(match)
        {
            return match
        }
        for match in try children(of: parent) where match.chain == chain && claim(match) { return match }
        guard let match = try id.flatMap({ try item($0, behind: parent) }), claim(match) else { return nil }
        return match
    }

    private mutating func claim(_ match: Match) -> Bool { claimed.insert(match.place.key).inserted }

    private mutating func item(at place: Place) throws -> Match? {
        if let match = page[place.key] { return match }
        let matches = try conversation.read(database) { connection in
            try connection.rows(
                Self.pageQuery,
                .integer(place.key),
                .integer(Place(branch: place.branch, position: Place.lastPosition).key),
                .integer(Self.pageSize),
                decode: Self.match
            )
        }
        page = Dictionary(matches.map { ($0.place.key, $0) }) { first, _ in first }
        return page[place.key]
    }

    private mutating func children(of parent: Place?) throws -> [Match] {
        if let known = forks[parent] { return known }
        let found = try conversation.read(database) { connection in
            try connection.rows(
                Self.childQuery,
                .integer(conversation.row),
                .integer(parent?.branch),
                .integer(parent?.position ?? 0),
                .integer(newestBranch),
                decode: Self.match
            )
        }
        forks[parent] = found
        return found
    }

    static let pageQuery = """
        SELECT place, chain, match
        FROM item
        WHERE place BETWEEN ? AND ?
        ORDER BY place
        LIMIT ?
        """

    static let childQuery = """
        SELECT item.place, item.chain, item.match
        FROM branch
        JOIN item ON item.place = (branch.id << 24 | (branch.fork_position + 1))
        WHERE branch.conversation_id = ?
        AND branch.parent_branch_id IS NOT DISTINCT FROM ?
        AND branch.fork_position = ?
        AND branch.id <= ?
        ORDER BY branch.id
        """

    /// The item with an id, when it stands where it should.
    private func item(_ id: Item.ID, behind parent: Place?) throws -> Match? {
        let match = try conversation.read(database) { connection in
            try connection.row(
                "SELECT place, chain, match FROM item WHERE public_id = ? AND conversation_id = ?",
                .blob(id.bytes),
                .integer(conversation.row),
                decode: Self.match
            )
        }
        guard let match, match.place.branch <= newestBranch, match.place.position == (parent?.position ?? 0) + 1 else {
            return nil
        }
        return match
    }

    private static func match(_ row: any Row) throws -> Match {
        Match(place: Place(key: try row.integer(0)), chain: try row.blob(1), match: try row.blob(2))
    }
}
