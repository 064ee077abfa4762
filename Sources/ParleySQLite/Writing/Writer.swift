import CParleySQLite
import GRDB
import Parley
import ParleyStore
import Synchronization

/// The only writer of the database: carries out what a ``WriteQueue`` decides, on GRDB's writer thread.
///
/// An idle writer is woken by the job that arrives; it then works until nobody waits, so a commit costs one change of
/// thread at most, however many jobs it carries.
final class Writer: Sendable {
    private let pool: DatabasePool
    private let watch: InodeWatch
    private let checkpoints: CheckpointRunner
    private let onFatal: @Sendable (ParleyError) -> Void
    private let queue: Mutex<WriteQueue<WriteJob>>

    init(
        _ pool: DatabasePool, limits: WriteQueue<WriteJob>.Limits, watch: InodeWatch, checkpoints: CheckpointRunner,
        onFatal: @escaping @Sendable (ParleyError) -> Void
    ) {
        self.pool = pool
        self.watch = watch
        self.checkpoints = checkpoints
        self.onFatal = onFatal
        queue = Mutex(WriteQueue(limits))
    }

    /// What ``WriteQueue`` knows, at this moment.
    func state<Value: Sendable>(_ read: (borrowing WriteQueue<WriteJob>) -> Value) -> Value {
        queue.withLock { read($0) }
    }

    func admit(_ job: WriteJob, _ lane: WriteLane) -> ParleyError? {
        switch queue.withLock({ $0.admit(job, lane) }) {
        case .wait: return nil
        case .refuse(let error): return error
        case .start:
            pool.asyncWriteWithoutTransaction { self.drain($0) }
            return nil
        }
    }

    func setFull(_ isFull: Bool) { queue.withLock { $0.isFull = isFull } }

    /// Acknowledges nothing any more and tells everybody who waits.
    func stop(_ error: ParleyError) {
        let (isFirst, waiting) = queue.withLock { (!$0.isDead, $0.stop(error)) }
        for job in waiting { job.fail(error) }
        if isFirst { onFatal(error) }
    }

    /// Admits nothing more, writes what waits, and empties the log.
    func close() async {
        queue.withLock { $0.close() }
        await withCheckedContinuation { continuation in
            pool.asyncWriteWithoutTransaction { database in
                self.drain(database)
                self.finish(database)
                continuation.resume()
            }
        }
    }

    /// Empties the log when nothing was written for a while. Does not wait for it.
    func checkpointWhenIdle() {
        guard checkpoints.isIdle else { return }
        pool.asyncWriteWithoutTransaction { database in
            self.stoppingOnFatal { try self.checkpoints.truncate(database) }
        }
    }

    /// Whether the files are still the ones that were opened; stops everything when they are not.
    @discardableResult
    func checkFiles() -> Bool {
        if watch.isIntact() { return true }
        stop(.gone)
        return false
    }
}

extension Writer {
    private func drain(_ database: GRDB.Database) {
        let connection = SQLiteConnection(database)
        repeat {
            // The jobs that wait are told by `stop`.
            guard checkFiles() else { break }
            let started = ContinuousClock.now
            write(on: connection) { queue.withLock { $0.next(spent: started.duration(to: .now)) } }
            stoppingOnFatal { try checkpoints.afterCommit(database, othersWait: state { $0.waiting > 0 }) }
        } while !queue.withLock { $0.rest() }
    }

    /// Writes the jobs that `next` gives in one transaction and tells their callers.
    private func write(on connection: SQLiteConnection, _ next: () -> WriteJob?) {
        var group = GroupCommit(on: connection)
        do {
            while let job = next() { try group.perform(job) }
            try group.commit()
            // A file that was replaced during the commit has taken the commit with it.
            guard checkFiles() else { throw ParleyError.gone }
            settle(group.outcomes)
        } catch {
            connection.rollBack()
            recover(group.outcomes, from: error, on: connection)
        }
    }

    private func writeAlone(_ job: WriteJob, on connection: SQLiteConnection) {
        guard checkFiles() else { return job.fail(ParleyError.gone) }
        var rest: WriteJob? = job
        write(on: connection) { rest.take() }
    }

    private func settle(_ outcomes: [GroupCommit.Outcome]) {
        let written = outcomes.count { $0.isWritten }
        queue.withLock { $0.finishCommit(written: written) }
        for outcome in outcomes { outcome.tell() }
    }

    /// Repeats the jobs of a lost transaction one by one, so that one that cannot be written does not harm the others.
    private func recover(_ outcomes: [GroupCommit.Outcome], from error: any Error, on connection: SQLiteConnection) {
        queue.withLock { $0.finishCommit(written: 0, failure: (error as? ParleyError)?.storageCode) }
        if let error = error as? ParleyError, error.isFatal { stop(error) }
        guard outcomes.count > 1, state({ !$0.isDead }) else {
            for outcome in outcomes { outcome.job.fail(error) }
            return
        }
        for outcome in outcomes { writeAlone(outcome.job, on: connection) }
    }

    private func finish(_ database: GRDB.Database) {
        stoppingOnFatal { try checkpoints.truncate(database) }
        // The name of a log that is not ours any more must not be removed.
        guard state({ $0.isDead }), let connection = unsafe database.sqliteConnection else { return }
        _ = unsafe parley_sqlite_keep_log(connection)
    }

    private func stoppingOnFatal(_ body: () throws -> Void) {
        guard state({ !$0.isDead }) else { return }
        do { try body() } catch {
            if let error = ParleyError.translating(error) as? ParleyError, error.isFatal { stop(error) }
        }
    }
}
