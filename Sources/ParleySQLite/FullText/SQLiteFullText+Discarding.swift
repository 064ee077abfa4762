import CParleySQLite
package import ParleyStore

/// Throwing an index away.
///
/// FTS5 can only empty it at once, which takes as long as it is large. So its table is renamed, a new one takes its
/// place, and of the old one the pages are erased a few at a time.
extension SQLiteFullText {
    /// How the names of tables begin that are being erased; a number follows.
    private static let discarded = "search_discarded_"
    /// Rows, of about a page each, that are erased in one step.
    private static let erasedPages = 128
    /// Rows of a few bytes.
    private static let erasedRows = 2_000

    package func discard(_ connection: any Connection) throws {
        let numbers = try discardedTables(connection).compactMap { Int($0.dropFirst(Self.discarded.count)) }
        let next = (numbers.max() ?? 0) + 1
        for (offset, index) in [FullTextIndex.items, .headings].enumerated() {
            try renew(index.table, puttingAsideAs: "\(Self.discarded)\(next + offset)", connection)
        }
    }

    /// The new table is declared as the old one was, and has its settings.
    private func renew(_ table: String, puttingAsideAs old: String, _ connection: any Connection) throws {
        let select = "SELECT sql FROM sqlite_schema WHERE name = ?"
        let sql = try connection.row(select, .text(table)) { try $0.text(0) }
        guard let sql else { throw SQLiteFailure(code: SQLITE_ERROR, message: "There is no table \(table).") }
        try connection.run("ALTER TABLE \(table) RENAME TO \(old)")
        try connection.run(sql)
        try connection.run(
            "INSERT INTO \(table) (\(table), rank) SELECT k, v FROM \(old)_config WHERE k <> 'version'"
        )
    }

    package func eraseDiscarded(_ connection: any Connection) throws -> Bool {
        guard let table = try discardedTables(connection).first else { return false }
        let erased = try Self.undefended(connection) {
            // Without the first two records the table could not even be dropped.
            try erase(table, "data", key: "id", condition: "WHERE id > 10", Self.erasedPages, connection)
                || erase(table, "docsize", key: "id", Self.erasedRows, connection)
                || erase(table, "idx", key: "segid, term", Self.erasedRows, connection)
        }
        if !erased { try connection.run("DROP TABLE \(table)") }
        return true
    }

    private func discardedTables(_ connection: any Connection) throws -> [String] {
        try connection.rows(
            """
            SELECT name
            FROM sqlite_schema
            WHERE name GLOB '\(Self.discarded)[0-9]*'
            AND sql LIKE 'CREATE VIRTUAL TABLE%'
            ORDER BY name
            """
        ) { try $0.text(0) }
    }

    /// - Returns: whether there was anything.
    private func erase(
        _ table: String,
        _ part: String,
        key: String,
        condition: String = "",
        _ limit: Int,
        _ connection: any Connection
    ) throws -> Bool {
        try connection.run(
            """
            DELETE FROM \(table)_\(part)
            WHERE (\(key)) IN (SELECT \(key) FROM \(table)_\(part) \(condition) LIMIT \(limit))
            """
        ) > 0
    }

    /// Runs `body` with the tables writable that FTS5 keeps for itself.
    ///
    /// For those of a table only that nobody uses any more: FTS5 would not notice.
    private static func undefended<Result>(_ connection: any Connection, _ body: () throws -> Result) throws -> Result {
        guard let connection = connection as? SQLiteConnection else { return try body() }
        try connection.defend(false)
        defer { try? connection.defend(true) }
        return try body()
    }
}
