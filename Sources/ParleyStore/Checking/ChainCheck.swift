import Parley

/// Recomputes the hash of every item from the one before it, branch by branch.
///
/// Each item's hash is computed from the stored one of its parent and its own exact text. As all of them are compared, a
/// text that was changed is found wherever it stands, without any path being held in memory.
struct ChainCheck: Sendable {
    /// How many items were looked at.
    private(set) var items: Int64 = 0
    private(set) var isDone = false
    /// What the last step found.
    private(set) var findings: [DatabaseFinding] = []
    private var branch: Int64 = 0
    /// The item before the next one, and its hash; `nil` between two branches.
    private var last: (place: Place, chain: [UInt8])?
    private var owner: User.ID?
    private var hasher: ItemHasher?

    /// How many items a step looks at.
    private static let step: Int64 = 5_000
    private static let page = 500

    mutating func advance(_ connection: any Connection) throws {
        findings = []
        let end = items + Self.step
        while items < end, !isDone {
            if last == nil { try enterNextBranch(connection) } else { try checkPage(connection) }
        }
    }

    private mutating func enterNextBranch(_ connection: any Connection) throws {
        let next = try connection.row(
            """
            SELECT branch.id, branch.parent_branch_id, branch.fork_position, conversation.person_id
            FROM branch
            JOIN conversation ON conversation.id = branch.conversation_id
            WHERE branch.id > ?
            ORDER BY branch.id
            LIMIT 1
            """,
            .integer(branch)
        ) { row in
            (
                id: try row.integer(0), parent: try row.integerOrNil(1), fork: try row.integer(2),
                owner: User.ID(try row.integer(3))
            )
        }
        guard let next else {
            isDone = true
            return
        }
        branch = next.id
        try take(next.owner, connection)
        guard let hasher else { return }
        let parent = next.fork > 0 ? next.parent.map { Place(branch: $0, position: next.fork) } : nil
        let chain = try parent.map { try Self.chain(at: $0, connection) } ?? hasher.root(endUser: nil).chain
        guard let chain else {
            // Asked for again: it is gone when the conversation is being removed just now.
            if try exists(next.id, connection) { findings.append(Self.missing(parent)) }
            return
        }
        last = (Place(branch: next.id, position: next.fork), chain)
    }

    private func exists(_ branch: Int64, _ connection: any Connection) throws -> Bool {
        try connection.row(
            """
            SELECT 1
            FROM branch
            JOIN conversation ON conversation.id = branch.conversation_id
            WHERE branch.id = ?
            AND conversation.removal_id IS NULL
            """,
            .integer(branch)
        ) { try $0.integer(0) } != nil
    }

    /// The key of a person who is being erased is gone, and their hashes mean nothing any more.
    private mutating func take(_ owner: User.ID, _ connection: any Connection) throws {
        guard owner != self.owner else { return }
        let key = try connection.row(
            "SELECT hash_key FROM person WHERE id = ?",
            .integer(owner.rawValue)
        ) { try $0.blobOrNil(0) }
        self.owner = owner
        hasher = (key ?? nil).map { ItemHasher(key: $0) }
    }

    /// The stored hash of the item that the path through `place` has at its position.
    private static func chain(at place: Place, _ connection: any Connection) throws -> [UInt8]? {
        let path: [PathSegment]
        do { path = try PathReader.path(to: place, connection) } catch let error as ParleyError
            where error.code == .databaseDamaged
        { return nil }
        guard let holder = path.tip else { return nil }
        return try connection.row("SELECT chain FROM item WHERE place = ?", .integer(holder.key)) { try $0.blob(0) }
    }

    private mutating func checkPage(_ connection: any Connection) throws {
        guard let last else { return }
        let end = Place(branch: last.place.branch, position: Place.lastPosition)
        let page = try connection.rows(
            """
            SELECT place, json, chain, deleted_at
            FROM item
            WHERE place > ?
            AND place <= ?
            ORDER BY place
            LIMIT \(Self.page)
            """,
            .integer(last.place.key),
            .integer(end.key)
        ) { row in
            Link(
                place: Place(key: try row.integer(0)),
                json: try row.text(1),
                chain: try row.blob(2),
                isTombstone: try row.integerOrNil(3) != nil
            )
        }
        for link in page { try check(link, connection) }
        if page.count < Self.page { self.last = nil }
    }

    private struct Link {
        var place: Place
        var json: String
        var chain: [UInt8]
        var isTombstone: Bool
    }

    private mutating func check(_ link: Link, _ connection: any Connection) throws {
        guard let (place, chain) = last, let hasher else { return }
        items += 1
        if link.place.position != place.position + 1 {
            if try exists(branch, connection) { findings.append(Self.missing(place.next)) }
        } else if !link.isTombstone, try !Self.hashes(link, behind: chain, hasher, connection) {
            if try exists(branch, connection) { findings.append(Self.changed(link.place)) }
        }
        last = (link.place, link.chain)
    }

    /// Whether the item's hash is that of its text behind the one before it.
    private static func hashes(
        _ link: Link,
        behind chain: [UInt8],
        _ hasher: ItemHasher,
        _ connection: any Connection
    ) throws -> Bool {
        guard let json = try? JSON(parsing: link.json),
            let whole = try Blobs.restored(json, at: link.place, connection).object
        else { return false }
        var path = PathHashes(chain: chain)
        return hasher.extend(&path, by: ItemContent(whole), endUser: nil).chain == link.chain
    }

    private static func missing(_ place: Place?) -> DatabaseFinding {
        DatabaseFinding(.chain, "the item at place \(place?.key ?? 0) is missing", remedy: Store.restore)
    }

    private static func changed(_ place: Place) -> DatabaseFinding {
        DatabaseFinding(
            .chain,
            "the item at place \(place.key) is not what was said: its text or its hash was changed",
            remedy: Store.restore
        )
    }
}
