import CParleySQLite
import Glibc
import Parley

/// What a failure of SQLite means to us: the one place that knows its result codes.
enum FailureKind: CaseIterable {
    /// The disk or the quota is used up.
    case full
    case readOnly
    /// What was written may not be on the disk, or the file is not the one that was opened.
    case gone
    case damaged
    /// A search index or another virtual table, which can be built again.
    case indexDamaged
    case inputOutput
    case memory
    case busy
    case interrupted
    case tooBig
    case duplicate
    case other
}

extension FailureKind {
    /// - Parameters:
    ///   - code: SQLite's extended result code.
    ///   - systemError: the `errno` behind it. It tells a full disk that SQLite reports as an I/O error.
    init(code: Int32, systemError: Int32) {
        self =
            switch code {
            case Extended.fsync, Extended.directoryFsync, Extended.moved: .gone
            case Extended.virtualTable: .indexDamaged
            case Extended.memory: .memory
            case Extended.sharedMemorySize: .full
            case Extended.primaryKey, Extended.unique, Extended.rowID: .duplicate
            default: Self(primary: code & 0xff, systemError: systemError)
            }
    }

    private init(primary: Int32, systemError: Int32) {
        self =
            switch primary {
            case SQLITE_FULL: .full
            case SQLITE_READONLY: .readOnly
            case SQLITE_CORRUPT, SQLITE_NOTADB: .damaged
            case SQLITE_IOERR, SQLITE_CANTOPEN: Self(systemError)
            case SQLITE_NOMEM: .memory
            case SQLITE_BUSY, SQLITE_LOCKED: .busy
            case SQLITE_INTERRUPT: .interrupted
            case SQLITE_TOOBIG: .tooBig
            default: .other
            }
    }

    private init(_ systemError: Int32) {
        self =
            switch systemError {
            case ENOSPC, EDQUOT: .full
            case EROFS: .readOnly
            default: .inputOutput
            }
    }

    /// SQLite's code for a database file that was moved.
    static let movedCode = Extended.moved

    /// Whether nothing may be acknowledged from now on.
    ///
    /// After a failed `fsync` Linux forgets which pages were not written, so a second attempt would "succeed".
    var isFatal: Bool { self == .gone || self == .damaged }
}

/// SQLite's extended codes, which are macros that Swift does not import.
private enum Extended {
    static let fsync = SQLITE_IOERR | 4 << 8
    static let directoryFsync = SQLITE_IOERR | 5 << 8
    static let memory = SQLITE_IOERR | 12 << 8
    static let sharedMemorySize = SQLITE_IOERR | 19 << 8
    static let virtualTable = SQLITE_CORRUPT | 1 << 8
    static let moved = SQLITE_READONLY | 4 << 8
    static let primaryKey = SQLITE_CONSTRAINT | 6 << 8
    static let unique = SQLITE_CONSTRAINT | 8 << 8
    static let rowID = SQLITE_CONSTRAINT | 10 << 8
}
