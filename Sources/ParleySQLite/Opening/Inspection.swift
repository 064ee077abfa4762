import CParleySQLite
import Glibc

/// A read-only look into a database that is not open yet, which leaves no file behind.
@safe
final class Inspection {
    private let connection: OpaquePointer
    private let path: String
    private let hadSharedMemory: Bool

    /// Opens `path`.
    ///
    /// When it is clean, which is to say that there is no log, the file is read as it is, without a lock or a log; else
    /// as SQLite recovers it, which needs both.
    init(_ path: String, isClean: Bool) throws {
        self.path = path
        hadSharedMemory = FileFacts(of: path + "-shm") != nil
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = unsafe sqlite3_open_v2(Self.uri(path, isClean), &opened, flags, nil)
        guard code == SQLITE_OK, let opened = unsafe opened else {
            defer { _ = unsafe sqlite3_close_v2(opened) }
            throw unsafe SQLiteFailure(code, on: opened, sql: nil)
        }
        unsafe connection = opened
        _ = unsafe parley_sqlite_harden(connection)
    }

    deinit {
        _ = unsafe sqlite3_close_v2(connection)
        // A connection that only reads leaves the index of the log that it had to make.
        if !hadSharedMemory { _ = unsafe unlink(path + "-shm") }
    }

    func version() throws -> Int {
        // Reads the schema too, so that what is not readable at all is found.
        _ = try first("SELECT count(*) FROM sqlite_schema")
        return try Int(first("PRAGMA user_version")) ?? 0
    }

    /// What SQLite's check complains of first, or `nil`.
    ///
    /// A thorough one compares every index with its table.
    func problem(isThorough: Bool = false) throws -> String? {
        let answer = try first("PRAGMA \(isThorough ? "integrity_check" : "quick_check")(1)")
        return answer == "ok" ? nil : answer
    }

    /// The first value of a query, which must be a text.
    func first(_ sql: String) throws -> String {
        var statement: OpaquePointer?
        let code = unsafe sqlite3_prepare_v2(connection, sql, -1, &statement, nil)
        defer { _ = unsafe sqlite3_finalize(statement) }
        guard code == SQLITE_OK else { throw unsafe SQLiteFailure(code, on: connection, sql: sql) }
        let step = unsafe sqlite3_step(statement)
        guard step == SQLITE_ROW, let text = unsafe sqlite3_column_text(statement, 0) else {
            throw unsafe SQLiteFailure(step, on: connection, sql: sql)
        }
        return unsafe String(cString: text)
    }

    /// The address of a file; one that does not change while it is read is opened without locks.
    static func uri(_ path: String, _ isClean: Bool) -> String {
        let unreserved = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/".utf8)
        let escaped = path.utf8.map { byte in
            let digits = String(byte, radix: 16)
            return unreserved.contains(byte) ? String(UnicodeScalar(byte)) : (digits.count == 1 ? "%0" : "%") + digits
        }
        return "file://" + escaped.joined() + "?mode=ro" + (isClean ? "&immutable=1" : "")
    }
}
