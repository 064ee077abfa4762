import CParleySQLite
import GRDB
import Parley
import ParleyStore

/// The connection that a job sees.
///
/// A class because it remembers the worst that has happened: a job that swallows an error of the file must not get its
/// transaction acknowledged.
final class SQLiteConnection: Connection {
    let database: GRDB.Database
    let dialect: any Dialect = SQLiteDialect()
    private(set) var fatal: ParleyError?

    init(_ database: GRDB.Database) { self.database = database }

    @discardableResult
    func run(_ sql: String, _ arguments: [Value]) throws -> Int {
        try execute(sql, arguments) { statement in
            while try statement.step() {}
            return unsafe Int(sqlite3_changes(database.sqliteConnection))
        }
    }

    func rows<Result>(
        _ sql: String,
        _ arguments: [Value],
        _ decode: (any ParleyStore.Row) throws -> Result
    ) throws -> [Result] {
        try execute(sql, arguments) { statement in
            let row = unsafe Cells(statement.pointer)
            var results: [Result] = []
            while try statement.step() { results.append(try decode(row)) }
            return results
        }
    }

    private func execute<Result>(
        _ sql: String,
        _ arguments: [Value],
        _ body: (PreparedStatement) throws -> Result
    ) throws -> Result {
        do {
            let statement = try PreparedStatement(sql, on: database)
            defer { statement.finish() }
            try statement.bind(arguments)
            return try body(statement)
        } catch {
            throw noted(ParleyError.translating(error))
        }
    }

    private func noted(_ error: any Error) -> any Error {
        if let error = error as? ParleyError, error.isFatal { fatal = error }
        return error
    }
}

extension SQLiteConnection {
    /// Whether no transaction is open; SQLite ends one by itself when it cannot go on.
    var isIdle: Bool { unsafe sqlite3_get_autocommit(database.sqliteConnection) != 0 }

    /// Whether the tables that virtual tables keep for themselves may only be written by these.
    func defend(_ isOn: Bool) throws {
        guard let raw = unsafe database.sqliteConnection else { return }
        let code = unsafe parley_sqlite_defend(raw, isOn ? 1 : 0)
        guard code == SQLITE_OK else { throw unsafe SQLiteFailure(code, on: raw, sql: nil) }
    }

    /// Runs `body` in one snapshot.
    func inSnapshot<Result>(_ body: () throws -> Result) throws -> Result {
        try run("BEGIN", [])
        defer { endSnapshot() }
        return try body()
    }

    /// Ends the snapshot, whatever interrupts that: a reader that GRDB gets back inside of a transaction ends the process.
    private func endSnapshot() {
        for _ in 0..<3 where !isIdle { _ = try? run("COMMIT", []) }
    }

    /// Ends an open transaction, as far as SQLite lets us.
    func rollBack() {
        if !isIdle { _ = try? run("ROLLBACK", []) }
    }
}
