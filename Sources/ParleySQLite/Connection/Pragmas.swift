import CParleySQLite
import GRDB

/// How every connection is set up.
enum Pragmas {
    /// GRDB's configuration of the pool: one writer, a few readers.
    static func configuration(readers: Int) -> Configuration {
        var configuration = Configuration()
        configuration.label = "parley"
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = readers
        configuration.persistentReadOnlyConnections = true
        // Transactions are ours; a forgotten one must not end the process.
        configuration.allowsUnsafeTransactions = true
        configuration.prepareDatabase { database in
            try prepare(database, isReader: database.configuration.readonly)
        }
        return configuration
    }

    /// What must be set again after GRDB has opened its pool, because it lowers `synchronous` itself.
    static func prepareWriter(_ database: GRDB.Database) throws {
        try database.execute(sql: "PRAGMA synchronous = FULL")
        guard try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2 else {
            throw SQLiteFailure(code: SQLITE_ERROR, message: "synchronous = FULL was not accepted")
        }
        try database.execute(
            sql: """
                PRAGMA wal_autocheckpoint = 0;
                PRAGMA journal_size_limit = 67108864;
                PRAGMA hard_heap_limit = 268435456
                """
        )
    }

    /// Runs what sorts or copies without bound: what does not fit into memory goes to files while it lasts.
    ///
    /// They lie in SQLITE_TMPDIR, TMPDIR or /var/tmp, have no name, and only the process can read them.
    static func withTemporaryFiles<Result>(
        _ database: GRDB.Database,
        _ body: () throws -> Result
    ) throws -> Result {
        try database.execute(sql: "PRAGMA temp_store = FILE")
        let result = Swift.Result { try body() }
        try database.execute(sql: "PRAGMA temp_store = MEMORY")
        return try result.get()
    }

    private static func prepare(_ database: GRDB.Database, isReader: Bool) throws {
        guard let connection = unsafe database.sqliteConnection else { return }
        let code = unsafe parley_sqlite_harden(connection)
        guard code == SQLITE_OK else { throw unsafe SQLiteFailure(code, on: connection, sql: nil) }
        try database.execute(sql: common)
        try database.execute(sql: "PRAGMA cache_size = -\(isReader ? readerCache : writerCache)")
        if isReader {
            try database.execute(sql: "PRAGMA query_only = ON")
        } else {
            try database.execute(sql: "PRAGMA secure_delete = ON")
            try shapeNewFile(database)
        }
        unsafe limit(connection, attached: isReader ? 0 : 1)
    }

    private static let common = """
        PRAGMA trusted_schema = OFF;
        PRAGMA cell_size_check = ON;
        PRAGMA mmap_size = 0;
        PRAGMA temp_store = MEMORY
        """

    /// How much of the file connections keep, in KiB.
    ///
    /// What is not there is in the memory of the operating system, which costs a call. A writer needs no more than what a
    /// turn comes back to. A reader needs the lengths of all documents of a search index, which a ranked search of a
    /// million messages reads in no order (10 MB): without them a word in 0.5 % of them takes twice as long. No more, so
    /// that an export of any size stays small.
    private static let writerCache = 8_192
    private static let readerCache = 16_384

    /// Marks an empty file as ours and lets it shrink, both of which must be on the disk before the log exists.
    private static func shapeNewFile(_ database: GRDB.Database) throws {
        guard try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0,
            try Int.fetchOne(database, sql: "PRAGMA application_id") != Int(DatabaseHeader.applicationID)
        else { return }
        try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
        // A file that has its first page already changes its mode only when it is rewritten.
        if try Int.fetchOne(database, sql: "PRAGMA auto_vacuum") != 2 { try database.execute(sql: "VACUUM") }
        try database.execute(sql: "PRAGMA application_id = \(DatabaseHeader.applicationID)")
    }

    private static func limit(_ connection: OpaquePointer, attached: Int32) {
        let limits: [(Int32, Int32)] = [
            (SQLITE_LIMIT_LENGTH, 33_554_432), (SQLITE_LIMIT_SQL_LENGTH, 100_000),
            (SQLITE_LIMIT_VARIABLE_NUMBER, 2_000), (SQLITE_LIMIT_EXPR_DEPTH, 100),
            (SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 256), (SQLITE_LIMIT_TRIGGER_DEPTH, 8), (SQLITE_LIMIT_ATTACHED, attached),
        ]
        for (name, value) in limits { _ = unsafe sqlite3_limit(connection, name, value) }
    }
}
