import CParleySQLite
import GRDB

/// What SQLite said when it failed, for the log.
///
/// Holds no bound value, so it can be logged.
struct SQLiteFailure: Error {
    /// The extended result code.
    var code: Int32
    /// `errno` of the system call that failed, or 0.
    var systemError: Int32
    var message: String
    var sql: String?

    /// The last failure of `connection`.
    init(_ code: Int32, on connection: OpaquePointer?, sql: String?) {
        self.code = code
        systemError = unsafe sqlite3_system_errno(connection)
        message = unsafe String(cString: sqlite3_errmsg(connection))
        self.sql = sql
    }

    init(_ error: DatabaseError) {
        code = error.extendedResultCode.rawValue
        systemError = 0
        message = error.message ?? ""
        sql = error.sql
    }

    init(code: Int32, systemError: Int32 = 0, message: String = "") {
        self.code = code
        self.systemError = systemError
        self.message = message
    }
}

extension SQLiteFailure {
    var kind: FailureKind { FailureKind(code: code, systemError: systemError) }
}
