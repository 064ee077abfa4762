import CParleySQLite
import Parley

/// The rows of a query of a ``ForeignDatabase``.
@safe
final class ForeignCursor: ForeignRows {
    private let statement: OpaquePointer
    /// Keeps the connection open.
    private let database: ForeignDatabase
    private let names: [String]

    init(_ database: ForeignDatabase, _ sql: String, _ arguments: [String] = []) throws {
        var prepared: OpaquePointer?
        let code = unsafe sqlite3_prepare_v2(database.connection, sql, -1, &prepared, nil)
        guard code == SQLITE_OK, let statement = unsafe prepared else {
            throw unsafe Self.failure(code, database.connection)
        }
        unsafe self.statement = statement
        self.database = database
        names = unsafe (0..<sqlite3_column_count(statement)).map { index in
            unsafe sqlite3_column_name(statement, index).map { unsafe String(cString: $0) } ?? ""
        }
        for (index, argument) in arguments.enumerated() {
            let utf8 = Array(argument.utf8)
            _ = unsafe parley_sqlite_bind_text(statement, Int32(index + 1), utf8, Int64(utf8.count))
        }
    }

    deinit { _ = unsafe sqlite3_finalize(statement) }

    func next() throws -> JSON.Object? {
        let code = unsafe sqlite3_step(statement)
        if code == SQLITE_DONE { return nil }
        guard code == SQLITE_ROW else { throw unsafe Self.failure(code, database.connection) }
        var row = JSON.Object()
        for (index, name) in names.enumerated() { row.append(name, value(Int32(index))) }
        return row
    }

    private func value(_ column: Int32) -> JSON {
        switch unsafe sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: return JSON(unsafe sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: return JSON(unsafe sqlite3_column_double(statement, column))
        case SQLITE_TEXT:
            guard let start = unsafe sqlite3_column_text(statement, column) else { return .null }
            let count = unsafe Int(sqlite3_column_bytes(statement, column))
            return .string(unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self))
        default: return .null
        }
    }

    private static func failure(_ code: Int32, _ connection: OpaquePointer) -> ParleyError {
        ParleyError(
            .invalidValue,
            "The database cannot be read. Copy it again.",
            cause: unsafe SQLiteFailure(code, on: connection, sql: nil)
        )
    }
}
