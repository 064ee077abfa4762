package import Parley

extension Store {
    package func input(of completion: Turn.ID, owner: User.ID) async throws -> [ItemContent] {
        try await database.readLong { connection in
            let (row, _) = try CompletionRow.find(completion, of: owner, connection)
            let turn = try connection.row(
                "SELECT instructions, input_place, input_count FROM turn WHERE id = ?",
                .integer(row)
            ) { (try $0.textOrNil(0), try $0.integerOrNil(1).map(Place.init(key:)), try $0.integer(2)) }
            guard let (instructions, tip, count) = turn else { return [] }
            return Self.contents(instructions) + (try Self.sent(Int(count), downTo: tip, connection))
        }
    }

    private static func contents(_ instructions: String?) -> [ItemContent] {
        guard let instructions, let list = (try? JSON(parsing: instructions))?.array else { return [] }
        return list.compactMap(\.object).map(ItemContent.init)
    }

    /// The last `count` items of a path that a client can have sent, oldest first.
    ///
    /// A request is matched with what stands in the conversation already, so what it sent is the end of the path. What
    /// no chat client sends (reasoning, compactions) is not counted; what was deleted since is, and left out.
    private static func sent(_ count: Int, downTo tip: Place?, _ connection: any Connection) throws -> [ItemContent] {
        guard let tip, count > 0 else { return [] }
        let path = try PathReader.path(to: tip, connection)
        let first = try firstSent(count, on: path, connection) ?? tip.position + 1
        let items = try path.filter { $0.last >= first }.flatMap { segment in
            let positions = max(first, segment.first)...segment.last
            return try PathReader.items(segment.branch, positions, limit: positions.count, ascending: true, connection)
        }
        return try items.filter { $0.content.kind != .reasoning && $0.content.kind != .compaction }
            .map { try Blobs.resolve($0, connection).content }
    }

    /// The position of the first of the last `count` items that a client can have sent.
    private static func firstSent(
        _ count: Int,
        on path: [PathSegment],
        _ connection: any Connection
    ) throws -> Int64? {
        var rest = count
        var first: Int64?
        for segment in path.reversed() where rest > 0 {
            let places = try connection.rows(
                """
                SELECT place
                FROM item
                WHERE place BETWEEN ? AND ?
                AND kind NOT IN ('reasoning', 'compaction')
                ORDER BY place DESC
                LIMIT ?
                """,
                .integer(Place(branch: segment.branch, position: segment.first).key),
                .integer(Place(branch: segment.branch, position: segment.last).key),
                .integer(rest)
            ) { Place(key: try $0.integer(0)) }
            first = places.last?.position ?? first
            rest -= places.count
        }
        return first
    }
}
