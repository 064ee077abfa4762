import Parley

/// Reads the lines of a conversation's tree.
struct BranchReader {
    let connection: any Connection
    let conversation: Int64

    /// A row of the `branch` table.
    private struct Line {
        var id: Int64
        /// Where it left its parent line.
        var parent: Place?
        var createdAt: Timestamp

        /// The places that are its own.
        var places: ClosedRange<Int64> {
            let first = Place(branch: id, position: (parent?.position ?? 0) + 1).key
            return first...max(first, Place(branch: id, position: Place.lastPosition).key)
        }
    }

    /// An item as far as a line needs it.
    private struct Node {
        var place: Place
        var name: ItemName
        var createdAt: Timestamp
        var isDeleted: Bool
    }

    /// The lines of a page, and one more if there is one.
    ///
    /// A line whose own items are all deleted is left out.
    func page(_ query: BranchQuery) throws -> [Branch] {
        let active = try activeBranch()
        var cursor = try start(query)
        var found: [Branch] = []
        while found.count <= query.limit {
            let lines = try lines(from: cursor, query)
            found += try lines.compactMap { try branch($0, active: active) }
            guard lines.count > query.limit, let last = lines.last else { break }
            cursor = last.id
        }
        return found
    }

    private func activeBranch() throws -> Int64? {
        try connection.row(
            "SELECT tip_branch_id FROM conversation WHERE id = ?",
            .integer(conversation)
        ) { try $0.integerOrNil(0) } ?? nil
    }

    /// The line that the page begins behind.
    private func start(_ query: BranchQuery) throws -> Int64 {
        guard let after = query.after else { return query.ascending ? 0 : .max }
        let place = try connection.row(
            "SELECT place FROM item WHERE public_id = ? AND conversation_id = ?",
            .blob(after.bytes),
            .integer(conversation)
        ) { Place(key: try $0.integer(0)) }
        guard let place else {
            throw ParleyError.unknownCursor
        }
        return place.branch
    }

    private func lines(from cursor: Int64, _ query: BranchQuery) throws -> [Line] {
        try connection.rows(
            """
            SELECT id, parent_branch_id, fork_position, created_at
            FROM branch
            WHERE conversation_id = ?
            AND id \(query.ascending ? ">" : "<") ?
            ORDER BY id \(query.ascending ? "ASC" : "DESC")
            LIMIT ?
            """,
            .integer(conversation),
            .integer(cursor),
            .integer(query.limit + 1),
            decode: Self.line
        )
    }

    private static func line(_ row: any Row) throws -> Line {
        let position = try row.integer(2)
        return Line(
            id: try row.integer(0),
            parent: try row.integerOrNil(1).map { Place(branch: $0, position: position) },
            createdAt: Timestamp(milliseconds: try row.integer(3))
        )
    }
}

extension BranchReader {
    private func branch(_ line: Line, active: Int64?) throws -> Branch? {
        guard let tip = try last(on: line), let first = try first(on: line) else { return nil }
        return Branch(
            first: first.name,
            tip: tip.name,
            fork: try line.parent.flatMap { try shared($0) }?.name,
            itemCount: Int(try ConversationRow.itemCount(to: tip.place, of: conversation, connection)),
            isActive: line.id == active,
            createdAt: line.createdAt,
            updatedAt: tip.createdAt
        )
    }

    /// The last item that is still there at or above a place.
    private func shared(_ place: Place) throws -> Node? {
        let node = try node("WHERE place = ?", .integer(place.key))
        guard node?.isDeleted == true else { return node }
        var found: Item?
        try PathReader.visit(PathReader.path(to: place, connection), connection) { item in
            found = item
            return false
        }
        return try found.flatMap { try self.node("WHERE place = ?", .integer($0.place.key)) }
    }

    private func first(on line: Line) throws -> Node? {
        try node("WHERE place BETWEEN ? AND ? ORDER BY place LIMIT 1", line.places)
    }

    private func last(on line: Line) throws -> Node? {
        try node("WHERE place BETWEEN ? AND ? AND deleted_at IS NULL ORDER BY place DESC LIMIT 1", line.places)
    }

    private func node(_ condition: String, _ places: ClosedRange<Int64>) throws -> Node? {
        try node(condition, .integer(places.lowerBound), .integer(places.upperBound))
    }

    private func node(_ condition: String, _ arguments: Value...) throws -> Node? {
        try connection.rows(
            "SELECT place, public_id, kind, created_at, deleted_at FROM item \(condition)",
            arguments
        ) { row in
            Node(
                place: Place(key: try row.integer(0)),
                name: ItemName(
                    id: Identifier(bytes: try row.blob(1)),
                    kind: .init(rawValue: try row.text(2)) ?? .other
                ),
                createdAt: Timestamp(milliseconds: try row.integer(3)),
                isDeleted: try row.integerOrNil(4) != nil
            )
        }.first
    }
}

extension BranchReader {
    /// The end that came last of the lines that go through a place.
    func newestEnd(under place: Place) throws -> Place? {
        let own = Line(
            id: place.branch,
            parent: Place(branch: place.branch, position: place.position - 1),
            createdAt: .now
        )
        let ends = try ([own] + descendants(of: place)).compactMap { try last(on: $0) }
        return ends.max { ($0.createdAt.milliseconds, $0.place.key) < ($1.createdAt.milliseconds, $1.place.key) }?.place
    }

    /// Every line that left the line of `place` there or below, and those that left one of them.
    private func descendants(of place: Place) throws -> [Line] {
        try connection.rows(
            Self.descendants,
            .integer(conversation),
            .integer(place.branch),
            .integer(place.position),
            .integer(conversation),
            decode: Self.line
        )
    }

    static let descendants = """
        WITH RECURSIVE line (id, parent_branch_id, fork_position, created_at) AS (
            SELECT id, parent_branch_id, fork_position, created_at
            FROM branch
            WHERE conversation_id = ?
            AND parent_branch_id = ?
            AND fork_position >= ?
            UNION ALL
            SELECT branch.id, branch.parent_branch_id, branch.fork_position, branch.created_at
            FROM line
            JOIN branch ON branch.conversation_id = ? AND branch.parent_branch_id = line.id
        )
        SELECT id, parent_branch_id, fork_position, created_at
        FROM line
        """
}
