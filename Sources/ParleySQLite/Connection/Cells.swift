import CParleySQLite
import Parley
import ParleyStore

/// The current row of a statement.
///
/// Nothing is converted but an integer that is asked for as a real number: in a `STRICT` table a value of another type
/// is a mistake of ours, which throws.
@safe
struct Cells: Row {
    private let statement: OpaquePointer

    init(_ statement: OpaquePointer) { unsafe self.statement = statement }

    func integer(_ column: Int) throws -> Int64 {
        try expect(SQLITE_INTEGER, column)
        return unsafe sqlite3_column_int64(statement, Int32(truncatingIfNeeded: column))
    }

    func integerOrNil(_ column: Int) throws -> Int64? { isNull(column) ? nil : try integer(column) }

    func real(_ column: Int) throws -> Double {
        if type(of: column) != SQLITE_INTEGER { try expect(SQLITE_FLOAT, column) }
        return unsafe sqlite3_column_double(statement, Int32(truncatingIfNeeded: column))
    }

    func text(_ column: Int) throws -> String {
        try expect(SQLITE_TEXT, column)
        let column = Int32(truncatingIfNeeded: column)
        guard let start = unsafe sqlite3_column_text(statement, column) else { throw memoryIsOut() }
        let count = unsafe Int(sqlite3_column_bytes(statement, column))
        return unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func textOrNil(_ column: Int) throws -> String? { isNull(column) ? nil : try text(column) }

    func blob(_ column: Int) throws -> [UInt8] {
        try expect(SQLITE_BLOB, column)
        let column = Int32(truncatingIfNeeded: column)
        // An empty blob has no address.
        let start = unsafe sqlite3_column_blob(statement, column)
        let count = unsafe Int(sqlite3_column_bytes(statement, column))
        if unsafe start == nil, count > 0 { throw memoryIsOut() }
        return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
    }

    func blobOrNil(_ column: Int) throws -> [UInt8]? { isNull(column) ? nil : try blob(column) }

    private func isNull(_ column: Int) -> Bool { type(of: column) == SQLITE_NULL }

    /// SQLite answers NULL for a column that does not exist.
    private func type(of column: Int) -> Int32 {
        unsafe sqlite3_column_type(statement, Int32(truncatingIfNeeded: column))
    }

    private func expect(_ wanted: Int32, _ column: Int) throws {
        let found = type(of: column)
        guard found == wanted else {
            throw ParleyError.internal(CellMismatch(column: column, wanted: wanted, found: found))
        }
    }

    private func memoryIsOut() -> ParleyError { ParleyError(SQLiteFailure(code: SQLITE_NOMEM)) }
}
