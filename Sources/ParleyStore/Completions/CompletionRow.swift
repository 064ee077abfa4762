import Parley

/// Which rows of the `turn` table are stored completions, and how pages of them are read.
enum CompletionRow {
    /// Stored, seen as a chat, and answered.
    static let isStored = """
        turn.stored = 1 AND turn.face = 'chat' AND turn.status IN ('completed', 'incomplete')
        """

    static let ascending = page(">", "ASC")
    static let descending = page("<", "DESC")

    private static func page(_ comparison: String, _ order: String, where filters: String = "") -> String {
        """
        SELECT turn.id, turn.metadata
        FROM turn
        WHERE turn.person_id = ?
        AND \(isStored)
        AND turn.id \(comparison) ?\(filters)
        ORDER BY turn.id \(order)
        LIMIT ?
        """
    }

    /// The rows of a page and one more if there is one.
    static func page(
        _ query: CompletionQuery,
        of owner: User.ID,
        _ connection: any Connection
    ) throws -> [(row: Int64, metadata: [String: String])] {
        var filters: [Value] = []
        let sql = statement(query, connection.dialect, &filters)
        var found: [(row: Int64, metadata: [String: String])] = []
        var cursor = try start(query, of: owner, connection)
        while found.count <= query.limit {
            let arguments = [.integer(owner.rawValue), .integer(cursor)] + filters + [.integer(query.limit + 1)]
            let batch = try connection.rows(sql, arguments) {
                (row: try $0.integer(0), metadata: metadata(try $0.textOrNil(1)))
            }
            found += batch.filter { row in query.metadata.allSatisfy { row.metadata[$0.key] == $0.value } }
            guard batch.count > query.limit, let last = batch.last else { break }
            cursor = last.row
        }
        return found
    }

    /// The filter by metadata looks for the text of each pair: it lets all through that have them, and few others.
    private static func statement(
        _ query: CompletionQuery,
        _ dialect: any Dialect,
        _ arguments: inout [Value]
    ) -> String {
        var filters = ""
        if let model = query.model {
            filters += "\nAND turn.model = ?"
            arguments.append(.text(model))
        }
        for (name, value) in query.metadata {
            filters += "\nAND " + dialect.holds("turn.metadata", "?")
            arguments.append(.text("\(JSON.string(name).text):\(JSON.string(value).text)"))
        }
        return query.ascending ? page(">", "ASC", where: filters) : page("<", "DESC", where: filters)
    }

    /// The row that the page begins behind.
    private static func start(
        _ query: CompletionQuery,
        of owner: User.ID,
        _ connection: any Connection
    ) throws -> Int64 {
        guard let after = query.after else { return query.ascending ? 0 : .max }
        let row = try connection.row(
            "SELECT id FROM turn WHERE public_id = ? AND person_id = ? AND face = 'chat'",
            .blob(after.bytes),
            .integer(owner.rawValue)
        ) { try $0.integer(0) }
        guard let row else { throw ParleyError.unknownCursor }
        return row
    }

    /// The pairs that a row's metadata holds.
    static func metadata(_ text: String?) -> [String: String] {
        guard let text, let object = (try? JSON(parsing: text))?.object else { return [:] }
        let pairs = object.members.compactMap { member in member.value.string.map { (member.name, $0) } }
        return Dictionary(pairs) { $1 }
    }

    /// The row of a stored completion that is the owner's, and its metadata.
    static func find(
        _ id: Turn.ID,
        of owner: User.ID,
        _ connection: any Connection
    ) throws -> (row: Int64, metadata: [String: String]) {
        let found = try connection.row(
            "SELECT turn.id, turn.metadata FROM turn WHERE turn.public_id = ? AND turn.person_id = ? AND \(isStored)",
            .blob(id.bytes),
            .integer(owner.rawValue)
        ) { (row: try $0.integer(0), metadata: metadata(try $0.textOrNil(1))) }
        guard let found else { throw notFound(id) }
        return found
    }

    static func notFound(_ id: Turn.ID) -> ParleyError {
        ParleyError.notFound("Chat completion", Turn.Face.chat.idPrefix + id.digits)
    }
}
