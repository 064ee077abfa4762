import CParleySQLite
import GRDB
import ParleyStore

/// One execution of a prepared statement, driven through SQLite's own interface.
///
/// GRDB compiles and caches the statement; stepping it directly spares an object and several calls per row.
struct PreparedStatement {
    /// Keeps the statement alive while it is stepped, whatever happens to the cache.
    private let owner: Statement
    private let sql: String

    var pointer: OpaquePointer { unsafe owner.sqliteStatement }

    /// Prepares one statement.
    ///
    /// Very long ones are compiled each time, because the cache never forgets.
    init(_ sql: String, on database: GRDB.Database) throws {
        self.sql = sql
        let cached = sql.utf8.count > 8_192 ? nil : try database.cachedStatement(sql: sql)
        // The same statement can be in use further up, by a query whose rows are being decoded.
        if let cached, unsafe sqlite3_stmt_busy(cached.sqliteStatement) == 0 {
            owner = cached
        } else {
            owner = try database.makeStatement(sql: sql)
        }
    }

    /// - Throws: a failure with SQLITE_RANGE when there are more or fewer placeholders than arguments.
    func bind(_ arguments: [Value]) throws {
        guard unsafe Int(sqlite3_bind_parameter_count(pointer)) == arguments.count else {
            throw SQLiteFailure(code: SQLITE_RANGE, message: "\(arguments.count) arguments for: \(sql)")
        }
        for (index, argument) in arguments.enumerated() {
            try check(bind(argument, at: Int32(truncatingIfNeeded: index + 1)))
        }
    }

    /// - Returns: whether there is a row.
    func step() throws -> Bool {
        switch unsafe sqlite3_step(pointer) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw failure(code)
        }
    }

    /// Ends the execution and lets go of the arguments, which may be large.
    func finish() {
        _ = unsafe sqlite3_reset(pointer)
        _ = unsafe sqlite3_clear_bindings(pointer)
    }

    private func bind(_ value: Value, at position: Int32) -> Int32 {
        switch value {
        case .null:
            unsafe sqlite3_bind_null(pointer, position)
        case .integer(let value):
            unsafe sqlite3_bind_int64(pointer, position, value)
        case .real(let value):
            unsafe sqlite3_bind_double(pointer, position, value)
        case .text(var value):
            value.withUTF8 {
                unsafe parley_sqlite_bind_text(pointer, position, $0.baseAddress, Int64($0.count))
            }
        case .blob(let value):
            unsafe value.withUnsafeBytes {
                unsafe parley_sqlite_bind_blob(pointer, position, $0.baseAddress, Int64($0.count))
            }
        }
    }

    private func check(_ code: Int32) throws {
        if code != SQLITE_OK { throw failure(code) }
    }

    private func failure(_ code: Int32) -> SQLiteFailure {
        unsafe SQLiteFailure(code, on: sqlite3_db_handle(pointer), sql: sql)
    }
}
