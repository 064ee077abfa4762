package import Parley

extension Store {
    package func items(of turn: Turn.ID, owner: User.ID) throws -> (input: [Item], output: [Item]) {
        try database.read { connection in
            let found = try connection.row(
                "SELECT id, input_place, conversation_id FROM turn WHERE public_id = ? AND person_id = ?",
                .blob(turn.bytes),
                .integer(owner.rawValue)
            ) { (try $0.integer(0), try $0.integerOrNil(1).map(Place.init(key:)), try $0.integerOrNil(2)) }
            guard let (row, tip, conversation) = found else { throw ParleyError.notFound("Turn", turn.digits) }
            guard let conversation else { return ([], []) }
            let items = try Self.items(ofTurn: row, around: tip, in: conversation, connection)
            guard let tip else { return ([], items) }
            return (
                items.filter { $0.place.branch == tip.branch && $0.place.position <= tip.position },
                items.filter { $0.place.branch != tip.branch || $0.place.position > tip.position }
            )
        }
    }

    /// The items that came in or out with a turn.
    private static func items(
        ofTurn row: Int64,
        around tip: Place?,
        in conversation: Int64,
        _ connection: any Connection
    ) throws -> [Item] {
        try rows(ItemRow.columns, ofTurn: row, around: tip, in: conversation, connection) { try ItemRow.item($0) }
            .map { try Blobs.resolve($0, connection) }
    }

    /// Where those items stand.
    static func places(
        ofTurn row: Int64,
        around tip: Place?,
        in conversation: Int64,
        _ connection: any Connection
    ) throws -> [Place] {
        try rows("item.place", ofTurn: row, around: tip, in: conversation, connection) {
            Place(key: try $0.integer(0))
        }
    }

    /// Reads of the items that came in or out with a turn.
    ///
    /// They stand around its last input item, or on a branch that leaves it there, so no index by turn is needed.
    private static func rows<Result>(
        _ columns: String,
        ofTurn row: Int64,
        around tip: Place?,
        in conversation: Int64,
        _ connection: any Connection,
        decode: (any Row) throws -> Result
    ) throws -> [Result] {
        let branches = try (tip.map { [$0.branch] } ?? []) + branches(from: tip, of: conversation, connection)
        let position = tip?.position ?? 0
        let counts = try connection.row(
            "SELECT input_count, output_count FROM turn WHERE id = ?",
            .integer(row)
        ) { (try $0.integer(0), try $0.integer(1)) }
        // A turn that still runs, or was recovered, has not counted what it put out.
        let most = Place.positionsPerBranch
        let (before, behind) = (min(max(4096, counts?.0 ?? 0), most), min(max(256, counts?.1 ?? 0), most))
        let last = min(position + behind, most - 1)
        return try branches.flatMap { branch in
            try connection.rows(
                """
                SELECT \(columns)
                FROM item
                WHERE item.place BETWEEN ? AND ?
                AND item.turn_id = ?
                AND item.deleted_at IS NULL
                ORDER BY item.place
                """,
                .integer(Place(branch: branch, position: max(1, position - before)).key),
                .integer(Place(branch: branch, position: last).key),
                .integer(row),
                decode: decode
            )
        }
    }

    /// The branches that leave a path at `place`, or begin one.
    private static func branches(
        from place: Place?,
        of conversation: Int64,
        _ connection: any Connection
    ) throws -> [Int64] {
        guard let place else {
            return try connection.rows(
                "SELECT id FROM branch WHERE conversation_id = ? AND parent_branch_id IS NULL",
                .integer(conversation)
            ) { try $0.integer(0) }
        }
        return try connection.rows(
            """
            SELECT id
            FROM branch
            WHERE conversation_id = ?
            AND parent_branch_id = ?
            AND fork_position = ?
            """,
            .integer(conversation),
            .integer(place.branch),
            .integer(place.position)
        ) { try $0.integer(0) }
    }
}
