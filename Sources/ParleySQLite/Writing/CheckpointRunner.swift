import CParleySQLite
import GRDB
import Parley
import Synchronization

/// Carries out what a ``Checkpointer`` decides, on the writer's connection and thread only.
///
/// Debian's SQLite 3.40.1 corrupts a database when two connections commit and checkpoint at once, so no other
/// connection may ever checkpoint.
final class CheckpointRunner: Sendable {
    private let plan: Mutex<Checkpointer>
    private let log: String
    private let reserve: DiskReserve

    init(_ limits: Checkpointer.Limits, log: String, reserve: DiskReserve) {
        plan = Mutex(Checkpointer(limits, now: .now))
        self.log = log
        self.reserve = reserve
    }

    /// Whether the log is to be emptied without a commit before it.
    func isDue(isTight: Bool) -> Bool { plan.withLock { $0.isDue(isTight: isTight, now: .now) } }

    /// Whether what was removed is still in the log.
    var isOwed: Bool { plan.withLock { $0.isOwed } }

    /// Has it tried until the log is empty.
    func owe() { plan.withLock { $0.owe(now: .now) } }

    /// Copies or empties the log if it is time.
    func afterCommit(_ database: GRDB.Database, othersWait: Bool, isTight: Bool) throws {
        let written = pagesWritten(database)
        let action = plan.withLock { plan in
            plan.committed(pages: written, now: .now)
            return plan.action(othersWait: othersWait, isTight: isTight, logSize: FileFacts(of: log)?.size ?? 0)
        }
        switch action {
        case .none: break
        case .copy: try checkpoint(database, SQLITE_CHECKPOINT_PASSIVE)
        case .empty: try truncate(database)
        }
    }

    /// Copies everything and makes the log empty; does as much as readers allow.
    func truncate(_ database: GRDB.Database) throws {
        let connection = unsafe database.sqliteConnection
        // Commits wait meanwhile, so readers are waited for briefly.
        _ = unsafe sqlite3_busy_timeout(connection, 50)
        defer { _ = unsafe sqlite3_busy_timeout(connection, 5_000) }
        do {
            try checkpoint(database, SQLITE_CHECKPOINT_TRUNCATE)
        } catch let failure as SQLiteFailure where failure.kind == .full && reserve.release() {
            try checkpoint(database, SQLITE_CHECKPOINT_TRUNCATE)
        }
    }

    /// Empties the log because the disk is full.
    /// - Returns: whether that gave anything back.
    func makeRoom(_ database: GRDB.Database) throws -> Bool {
        guard let before = FileFacts(of: log)?.size, before > 0 else { return false }
        try truncate(database)
        return FileFacts(of: log)?.size == 0
    }

    private func checkpoint(_ database: GRDB.Database, _ mode: Int32) throws {
        let connection = unsafe database.sqliteConnection
        var total: Int32 = 0
        var copied: Int32 = 0
        let code = unsafe sqlite3_wal_checkpoint_v2(connection, "main", mode, &total, &copied)
        switch code & 0xff {
        case SQLITE_OK:
            let isEmpty = mode == SQLITE_CHECKPOINT_TRUNCATE
            plan.withLock { $0.finished(remaining: Int(total - copied), isEmpty: isEmpty) }
        case SQLITE_BUSY, SQLITE_LOCKED:
            plan.withLock { $0.failed(now: .now) }
        default:
            plan.withLock { $0.failed(now: .now) }
            throw unsafe SQLiteFailure(code, on: connection, sql: "checkpoint")
        }
    }

    /// Pages that this connection has written to the log since it was last asked.
    private func pagesWritten(_ database: GRDB.Database) -> Int {
        var current: Int32 = 0
        var highest: Int32 = 0
        let connection = unsafe database.sqliteConnection
        _ = unsafe sqlite3_db_status(connection, SQLITE_DBSTATUS_CACHE_WRITE, &current, &highest, 1)
        return Int(current)
    }
}
