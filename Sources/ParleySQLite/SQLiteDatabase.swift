import CParleySQLite
import Dispatch
import GRDB
package import Parley
package import ParleyStore

/// A database in one SQLite file.
///
/// One process, one connection that writes and copies the log, a few that read. What was acknowledged survives a crash
/// of the process and a loss of power: `synchronous` is FULL. Reads see the last commit.
///
/// Run ``run()`` beside it: it notices when files vanish or the disk fills while nobody writes.
package final class SQLiteDatabase: ParleyStore.Database {
    let pool: DatabasePool
    let writer: Writer
    let files: Files
    private let settings: Settings
    private let longReads: Turnstile

    package let dialect: any Dialect = SQLiteDialect()

    init(_ settings: Settings, pool: DatabasePool, writer: Writer, files: Files) {
        self.settings = settings
        self.pool = pool
        self.writer = writer
        self.files = files
        longReads = Turnstile(places: max(1, settings.readers / 2))
    }

    /// Must not be called inside a job.
    package func read<Value>(_ job: (any Connection) throws -> Value) throws -> Value {
        do {
            return try pool.unsafeRead { try Self.read(on: $0, within: settings.readTime, job) }
        } catch {
            throw noted(error)
        }
    }

    package func readLong<Value: Sendable>(
        _ job: @escaping @Sendable (any Connection) throws -> Value
    ) async throws -> Value {
        do {
            return try await longReads.pass { [pool, settings] in
                try await pool.unsafeRead { try Self.read(on: $0, within: settings.longReadTime, job) }
            }
        } catch {
            // An interrupted query says only that it was interrupted.
            throw Task.isCancelled ? ParleyError(CancellationError()) : noted(error)
        }
    }

    package func read<Value: Sendable>(
        within limit: Duration,
        orThrow expired: ParleyError,
        _ job: @escaping @Sendable (any Connection) throws -> Value
    ) async throws -> Value {
        do {
            return try await longReads.pass { [pool] in
                try await pool.unsafeRead { try Self.read(on: $0, within: limit, job) }
            }
        } catch {
            throw Task.isCancelled ? ParleyError(CancellationError()) : noted(error).or(expired)
        }
    }

    package func readNow<Value>(
        within limit: Duration,
        orThrow expired: ParleyError,
        _ job: (any Connection) throws -> Value
    ) throws -> Value {
        do {
            return try pool.unsafeRead { try Self.read(on: $0, within: limit, job) }
        } catch {
            throw noted(error).or(expired)
        }
    }

    package func write<Value: Sendable>(
        _ lane: WriteLane,
        _ job: @escaping @Sendable (any Connection) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let job = WriteJob { connection in
                let value = try job(connection)
                return { continuation.resume(returning: value) }
            } fail: { error in
                continuation.resume(throwing: error)
            }
            if let refusal = admit(job, lane) { job.fail(refusal) }
        }
    }

    package func enqueue(
        _ lane: WriteLane,
        _ job: @escaping @Sendable (any Connection) throws -> Void,
        failed: @escaping @Sendable (any Error) -> Void
    ) {
        let job = WriteJob { connection in
            try job(connection)
            return {}
        } fail: { error in
            failed(error)
        }
        if let refusal = admit(job, lane) { job.fail(refusal) }
    }

    package func close() async {
        await writer.close()
        await withCheckedContinuation { continuation in
            // Waits for late reads, so not on a thread of the tasks.
            DispatchQueue.global().async { [pool, files] in
                pool.invalidateReadOnlyConnections()
                try? pool.close()
                files.lock.remove()
                continuation.resume()
            }
        }
    }
}

extension SQLiteDatabase {
    private func admit(_ job: WriteJob, _ lane: WriteLane) -> ParleyError? {
        let refusal = writer.admit(job, lane)
        guard refusal?.code == .storageFull else { return refusal }
        // Room may have been made since it was last looked.
        writer.checkSpace()
        return writer.admit(job, lane)
    }

    private static func read<Value>(
        on database: GRDB.Database,
        within limit: Duration,
        _ job: (any Connection) throws -> Value
    ) throws -> Value {
        guard let raw = unsafe database.sqliteConnection else { throw ParleyError.closing }
        let connection = SQLiteConnection(database)
        return try connection.inSnapshot {
            unsafe parley_sqlite_limit_time(raw, Int64(limit / .milliseconds(1)))
            // Before the snapshot ends, which is a statement as well, and would be interrupted.
            defer { unsafe parley_sqlite_limit_time(raw, 0) }
            return try job(connection)
        }
    }

    /// Damage that a read has found concerns the writer too.
    private func noted(_ error: any Error) -> any Error {
        let error = ParleyError.translating(error)
        guard let ours = error as? ParleyError else { return error }
        if ours.isFatal { writer.stop(ours) }
        // A closed connection says only that it was misused.
        return ours.code == .internalError && writer.state { $0.isClosed } ? ParleyError.closing : ours
    }
}

extension Error {
    /// `expired` when this says that a query was interrupted.
    fileprivate func or(_ expired: ParleyError) -> any Error {
        let failure = (self as? ParleyError)?.cause as? SQLiteFailure
        return failure?.kind == .interrupted ? expired : self
    }
}
