import Parley

/// Neighbouring items of one branch that are about to be indexed.
struct IndexRange: Sendable {
    var branch: Int64
    var first: Int64
    /// Positions from the first on, those without text among them; 0 when nothing stands there.
    var count: Int64 = 0
    var documents: [(position: Int64, body: String, marks: String)] = []
    var source: Source
    /// Nobody sees these items, so they are left out.
    var isUnseen = false

    enum Source: Sendable {
        case pending
        /// The row of a rebuild, and the last position it asks for.
        case rebuild(lastAt: Int64, last: Int64)
    }

    /// What one write job takes.
    struct Limits {
        var items: Int
        var bytes: Int
    }

    /// Whose items they are.
    struct Owner {
        var conversation: Int64
        var person: User.ID
    }

    init(branch: Int64, first: Int64, source: Source) {
        (self.branch, self.first, self.source) = (branch, first, source)
    }

    /// The last position that is asked for.
    private var last: Int64 {
        switch source {
        case .pending: Place.lastPosition
        case .rebuild(_, let last): last
        }
    }

    /// Reads items from the first position on until a limit is reached, which is lowered by what was read.
    mutating func read(
        _ owner: Owner,
        _ limits: inout Limits,
        _ writer: inout SearchWriter,
        _ connection: any Connection
    ) throws {
        let items = try connection.rows(
            Self.select,
            .integer(Place(branch: branch, position: first).key),
            .integer(Place(branch: branch, position: last).key),
            .integer(limits.items)
        ) { row in
            let isDeleted = try row.integerOrNil(ItemRow.end) != nil
            return (
                place: Place(key: try row.integer(0)),
                item: isDeleted ? nil : try Self.unlessDamaged { try ItemRow.item(row) }
            )
        }
        for (place, item) in items where limits.items > 0 && limits.bytes > 0 {
            count = place.position - first + 1
            limits.items -= 1
            let document = try item.flatMap { item in
                try Self.unlessDamaged {
                    try writer.document(of: item, in: owner.conversation, of: owner.person, connection)
                }
            }
            guard let document else { continue }
            limits.bytes -= document.body.utf8.count
            documents.append((place.position, document.body, document.marks))
        }
    }

    /// What is damaged is told by a check, and must not keep everything else out of the index.
    private static func unlessDamaged<Value>(_ body: () throws -> Value?) throws -> Value? {
        do {
            return try body()
        } catch let error as ParleyError where error.code == .databaseDamaged {
            return nil
        }
    }

    static let select = """
        SELECT \(ItemRow.columns), item.deleted_at
        FROM item
        WHERE item.place BETWEEN ? AND ?
        ORDER BY item.place
        LIMIT ?
        """
}

extension IndexRange {
    /// Puts what was read into the index, unless somebody else did, and notes how far it has come.
    func write(_ connection: any Connection) throws {
        guard try !SearchRebuild.isClearing(connection), try isStillWanted(connection) else { return }
        if count > 0 {
            let start = Place(branch: branch, position: first)
            let end = Place(branch: branch, position: first + count - 1)
            let document = try SearchRuns.add(count, from: start, connection)
            let living = try connection.rows(
                "SELECT place FROM item WHERE place BETWEEN ? AND ? AND deleted_at IS NULL",
                .integer(start.key),
                .integer(end.key)
            ) { Place(key: try $0.integer(0)).position }
            let alive = Set(living)
            for (position, body, marks) in documents where alive.contains(position) {
                try connection.dialect.fullText.add(
                    FullTextDocument(id: document + position - first, body: body, marks: marks),
                    to: .items,
                    connection
                )
            }
        }
        try goOn(connection)
    }

    private func isStillWanted(_ connection: any Connection) throws -> Bool {
        let position =
            switch source {
            case .pending:
                try connection.row("SELECT position FROM search_pending WHERE branch = ?", .integer(branch)) {
                    try $0.integer(0)
                }
            case .rebuild(let lastAt, _):
                try connection.row(
                    "SELECT position FROM search_rebuild WHERE last_at = ? AND branch = ?",
                    .integer(lastAt),
                    .integer(branch)
                ) { try $0.integer(0) }
            }
        return position == first
    }

    private func goOn(_ connection: any Connection) throws {
        let next: Value? =
            try isUnseen
            ? nil
            : connection.row(
                "SELECT place FROM item WHERE place BETWEEN ? AND ? ORDER BY place LIMIT 1",
                .integer(Place(branch: branch, position: first + count).key),
                .integer(Place(branch: branch, position: max(last, first + count)).key)
            ) { Value.integer(Place(key: try $0.integer(0)).position) }
        switch source {
        case .pending:
            let branch = Value.integer(branch)
            if let next {
                try connection.run("UPDATE search_pending SET position = ? WHERE branch = ?", next, branch)
            } else {
                try connection.run("DELETE FROM search_pending WHERE branch = ?", branch)
            }
        case .rebuild(let lastAt, let last):
            let row: [Value] = [.integer(lastAt), .integer(branch)]
            let isUnfinished = next != nil && first + count <= last
            if let next, isUnfinished {
                try connection.run(
                    "UPDATE search_rebuild SET position = ? WHERE last_at = ? AND branch = ?",
                    [next] + row
                )
            } else {
                try connection.run("DELETE FROM search_rebuild WHERE last_at = ? AND branch = ?", row)
            }
            try connection.run(
                "UPDATE search_state SET remaining = remaining - ? WHERE id = 1",
                .integer(isUnfinished ? count : last - first + 1)
            )
            if !isUnfinished { try SearchRebuild.endIfDone(connection) }
        }
    }
}
