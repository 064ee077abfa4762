import GRDB
package import Parley

extension SQLiteDatabase {
    /// Opens the database, or makes it; brings its schema up to date.
    ///
    /// In this order: directory, lock, kind of disk, recognition without a trace, copy before a migration, migrations.
    /// What is refused is left as it is, to the byte.
    ///
    /// `onFatal` is called once when nothing can be acknowledged any more; the process should then end with status 74.
    /// Throws ``ParleyError`` with `databaseLocked`, `databaseForeign`, `databaseNewer`, `databaseDamaged`,
    /// `storageFull`, `storageReadOnly` or `configuration`.
    package static func open(
        _ settings: Settings,
        onFatal: @escaping @Sendable (ParleyError) -> Void = { _ in }
    ) throws -> SQLiteDatabase {
        do {
            var settings = settings
            try Directory.make(RealPath.directory(of: RealPath.absolute(settings.path)))
            settings.path = RealPath.of(settings.path)
            let files = try Files(settings)
            do {
                return try open(settings, files, onFatal)
            } catch {
                files.lock.remove()
                throw error
            }
        } catch {
            throw ParleyError(ParleyError.translating(error))
        }
    }

    private static func open(
        _ settings: Settings,
        _ files: Files,
        _ onFatal: @escaping @Sendable (ParleyError) -> Void
    ) throws -> SQLiteDatabase {
        let migrator = try Migrator(settings.migrations)
        let found = try Recognition(
            settings.path,
            newest: migrator.newest,
            quickCheckLimit: settings.quickCheckLimit
        )
        try files.prepare(found)
        Snapshot.removeLeft(of: settings.path)
        let pool = try DatabasePool(
            path: settings.path,
            configuration: Pragmas.configuration(readers: settings.readers)
        )
        try pool.writeWithoutTransaction { database in
            try Pragmas.prepareWriter(database)
            if case .ours(let version) = found, version > 0, let next = migrator.next(after: version) {
                try Snapshot.write(database, to: "\(settings.path).before-\(next.label)")
            }
            try Pragmas.withTemporaryFiles(database) { try migrator.migrate(database) }
        }
        files.reserve.rebuild(files.disk)
        let writer = try Writer(
            pool,
            files,
            limits: .init(waiting: settings.waitingJobs, commitTime: settings.commitTime),
            checkpoints: CheckpointRunner(
                .init(idleTime: settings.idleTime),
                log: files.path + "-wal",
                reserve: files.reserve
            ),
            onFatal: onFatal
        )
        writer.checkSpace()
        return SQLiteDatabase(settings, pool: pool, writer: writer, files: files)
    }
}
