import CParleySQLite
import GRDB
import Parley
import Synchronization

/// What happens on the writer's thread.
extension Writer {
    /// Writes what waits, commit by commit, until nothing does.
    func drain(_ database: GRDB.Database) {
        let connection = SQLiteConnection(database)
        repeat {
            // Who waits when the files are gone is told by `stop`.
            guard state({ !$0.isOver }), checkFiles() else { return }
            let started = ContinuousClock.now
            write(on: connection) { queue.withLock { $0.next(spent: started.duration(to: .now)) } }
            checkSpace()
            stoppingOnFatal {
                let (othersWait, isTight) = state { ($0.waiting > 0, $0.refusal == .storageFull) }
                try checkpoints.afterCommit(database, othersWait: othersWait, isTight: isTight)
            }
        } while !queue.withLock { $0.rest() }
    }

    /// The last thing on this connection.
    func finish(_ database: GRDB.Database) {
        stoppingOnFatal { try checkpoints.truncate(database) }
        // The name of a log that is not ours any more must not be removed.
        if state({ $0.isOver }), let connection = unsafe database.sqliteConnection {
            _ = unsafe parley_sqlite_keep_log(connection)
        }
        queue.withLock { $0.finishClosing() }
    }

    /// Runs `body` unless all is over; a fatal error of it stops everything, another one is for the next attempt.
    func stoppingOnFatal(_ body: () throws -> Void) {
        guard state({ !$0.isOver }) else { return }
        do { try body() } catch {
            if let error = ParleyError.translating(error) as? ParleyError, error.isFatal { stop(error) }
        }
    }

    /// Writes the jobs that `next` gives in one transaction and tells their callers.
    private func write(on connection: SQLiteConnection, mayRepeat: Bool = true, _ next: () -> WriteJob?) {
        var group = GroupCommit(on: connection)
        do {
            while let job = next() { try group.perform(job) }
            try group.commit()
            // A file that was replaced during the commit has taken the commit with it.
            guard checkFiles() else { throw ParleyError.gone }
            settle(group.outcomes)
        } catch {
            connection.rollBack()
            recover(group.outcomes, from: error, on: connection, mayRepeat: mayRepeat)
        }
    }

    private func settle(_ outcomes: [GroupCommit.Outcome]) {
        let written = outcomes.count { $0.isWritten }
        queue.withLock { $0.finishCommit(written: written) }
        for outcome in outcomes { outcome.tell() }
    }

    /// Repeats the jobs of a lost transaction one by one, so that one that cannot be written does not harm the others.
    ///
    /// A job that was alone already is repeated only when the disk was full and there is room now.
    private func recover(
        _ outcomes: [GroupCommit.Outcome],
        from error: any Error,
        on connection: SQLiteConnection,
        mayRepeat: Bool
    ) {
        let ours = error as? ParleyError
        queue.withLock { $0.finishCommit(written: 0, failure: ours?.storageCode) }
        if let ours, ours.isFatal { stop(ours) }
        let hasRoom = mayRepeat && ours?.code == .storageFull && makeRoom(connection)
        guard mayRepeat, outcomes.count > 1 || hasRoom, state({ !$0.isOver }) else {
            for outcome in outcomes { outcome.job.fail(error) }
            return
        }
        for outcome in outcomes { writeAlone(outcome.job, on: connection) }
    }

    private func writeAlone(_ job: WriteJob, on connection: SQLiteConnection) {
        guard checkFiles() else { return job.fail(ParleyError.gone) }
        var rest: WriteJob? = job
        write(on: connection, mayRepeat: false) { rest.take() }
    }

    /// Gives the log's space back to a full disk.
    private func makeRoom(_ connection: SQLiteConnection) -> Bool {
        var hasRoom = false
        stoppingOnFatal { hasRoom = try checkpoints.makeRoom(connection.database) }
        return hasRoom
    }
}
