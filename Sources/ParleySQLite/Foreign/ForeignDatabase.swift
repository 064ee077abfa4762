import CParleySQLite
import Glibc
package import Parley

/// A database that another program wrote, opened so that nothing in it can act: for reading alone, as a file that does
/// not change, with a schema that is not trusted.
///
/// Belongs to one task.
@safe
package final class ForeignDatabase: ForeignTables {
    let connection: OpaquePointer
    /// The columns of each table, once they were asked for.
    private var columnsByTable: [String: [String]] = [:]

    /// Checks the whole file before anything of it is believed.
    ///
    /// - Throws: ``ParleyError/Code/invalidValue`` when it is damaged, or when a program has not closed it.
    package init(path: String, name: String) throws {
        if let log = FileFacts(of: path + "-wal"), log.size > 0 {
            throw ParleyError(.invalidValue, "\(name) is open in another program, which has to close it first.")
        }
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = unsafe sqlite3_open_v2(Inspection.uri(path, true), &opened, flags, nil)
        guard code == SQLITE_OK, let connection = unsafe opened else {
            _ = unsafe sqlite3_close_v2(opened)
            throw Self.unreadable(name)
        }
        unsafe self.connection = connection
        let isHard = unsafe parley_sqlite_harden(connection) == SQLITE_OK
        guard isHard, unsafe sqlite3_exec(connection, Self.settings, nil, nil, nil) == SQLITE_OK else {
            throw Self.unreadable(name)
        }
        unsafe Self.limit(connection)
        let check = try? ForeignCursor(self, "PRAGMA quick_check(1)").next()?.members.first?.value
        guard check == "ok" else { throw Self.unreadable(name) }
    }

    deinit { _ = unsafe sqlite3_close_v2(connection) }

    private static let settings = """
        PRAGMA trusted_schema = OFF;
        PRAGMA cell_size_check = ON;
        PRAGMA mmap_size = 0;
        PRAGMA query_only = ON
        """

    private static func limit(_ connection: OpaquePointer) {
        let limits: [(Int32, Int32)] = [
            (SQLITE_LIMIT_LENGTH, 268_435_456), (SQLITE_LIMIT_SQL_LENGTH, 100_000), (SQLITE_LIMIT_ATTACHED, 0),
            (SQLITE_LIMIT_EXPR_DEPTH, 100), (SQLITE_LIMIT_TRIGGER_DEPTH, 1),
        ]
        for (name, value) in limits { _ = unsafe sqlite3_limit(connection, name, value) }
    }

    private static func unreadable(_ name: String) -> ParleyError {
        ParleyError(.invalidValue, "\(name) is damaged, or no SQLite database. Copy it again.")
    }
}

extension ForeignDatabase {
    /// Views and virtual tables are as if they were not there: reading them would run what their maker wrote.
    package func columns(of table: String) throws -> [String] {
        if let known = columnsByTable[table] { return known }
        let sql = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?"
        let definition = try ForeignCursor(self, sql, [table]).next()?["sql"]?.string?.lowercased() ?? ""
        let isPlain = definition.hasPrefix("create table")
        let rows = isPlain ? try ForeignCursor(self, "PRAGMA table_info(\(Self.quoted(table)))").all() : []
        let columns = rows.compactMap { $0["name"]?.string }
        columnsByTable[table] = columns
        return columns
    }

    package func rows(
        of table: String,
        columns: [String],
        matching: (column: String, value: String)?,
        orderedBy: [String]
    ) throws -> any ForeignRows {
        guard try !self.columns(of: table).isEmpty else {
            throw ParleyError(.invalidValue, "The database has no table '\(table)'.")
        }
        var sql = "SELECT \(columns.map(Self.quoted).joined(separator: ", ")) FROM \(Self.quoted(table))"
        if let matching { sql += " WHERE \(Self.quoted(matching.column)) = ?" }
        if !orderedBy.isEmpty { sql += " ORDER BY \(orderedBy.map(Self.quoted).joined(separator: ", "))" }
        return try ForeignCursor(self, sql, matching.map { [$0.value] } ?? [])
    }

    private static func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }
}
