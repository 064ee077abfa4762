import CParleySQLite
import GRDB
import Parley

/// Brings a database to the newest schema.
struct Migrator {
    private let migrations: [Migration]

    /// - Throws: ``ParleyError/Code/internalError`` when the numbers are not 1, 2, 3…
    init(_ migrations: [Migration]) throws {
        self.migrations = migrations.sorted { $0.number < $1.number }
        guard self.migrations.enumerated().allSatisfy({ $0.element.number == $0.offset + 1 }) else {
            throw ParleyError.internal(MigrationFailure(number: 0, reason: "the migrations are not numbered 1, 2, 3…"))
        }
    }

    /// The schema's version when all is done.
    var newest: Int { migrations.count }

    /// The first migration that a database of `version` lacks.
    func next(after version: Int) -> Migration? { migrations.first { $0.number > version } }

    /// Carries out what is missing, each migration in a transaction of its own together with its number.
    ///
    /// What has succeeded stays when a later one fails.
    func migrate(_ database: GRDB.Database) throws {
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let missing = migrations.filter { $0.number > version }
        guard !missing.isEmpty else { return }
        // Rebuilding a table that others refer to is possible only so; the references are checked before the commit.
        try database.execute(sql: "PRAGMA foreign_keys = OFF")
        defer { try? database.execute(sql: "PRAGMA foreign_keys = ON") }
        for migration in missing { try carryOut(migration, on: database) }
    }

    private func carryOut(_ migration: Migration, on database: GRDB.Database) throws {
        try database.execute(sql: "BEGIN IMMEDIATE")
        do {
            try database.execute(sql: migration.sql)
            try check(migration, on: database)
            try database.execute(sql: "PRAGMA user_version = \(migration.number)")
            try database.execute(sql: "COMMIT")
        } catch {
            if database.isInsideTransaction { try? database.execute(sql: "ROLLBACK") }
            throw failed(migration, error)
        }
    }

    private func check(_ migration: Migration, on database: GRDB.Database) throws {
        guard database.isInsideTransaction else {
            throw MigrationFailure(number: migration.number, reason: "it ended the transaction")
        }
        if try Row.fetchOne(database, sql: "PRAGMA foreign_key_check") != nil {
            throw MigrationFailure(number: migration.number, reason: "it broke a foreign key")
        }
    }

    private func failed(_ migration: Migration, _ error: any Error) -> any Error {
        let translated = ParleyError.translating(error)
        if let ours = translated as? ParleyError, ours.storageCode != nil { return ours }
        return ParleyError(
            .internalError,
            "Migration \(migration.label) (\(migration.name)) failed; the database was left before it.",
            cause: error
        )
    }
}

/// Why a migration was not accepted.
struct MigrationFailure: Error {
    var number: Int
    var reason: String
}
