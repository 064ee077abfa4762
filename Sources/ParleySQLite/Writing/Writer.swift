import GRDB
import Parley
import ParleyStore
import Synchronization

/// The only writer of the database: carries out what a ``WriteQueue`` decides, on GRDB's writer thread.
///
/// An idle writer is woken by the job that arrives; it then works until nobody waits, so a commit costs one change of
/// thread at most, however many jobs it carries.
final class Writer: Sendable {
    let pool: DatabasePool
    let files: Files
    let watch: InodeWatch
    let checkpoints: CheckpointRunner
    let queue: Mutex<WriteQueue<WriteJob>>
    private let onFatal: @Sendable (ParleyError) -> Void

    init(
        _ pool: DatabasePool,
        _ files: Files,
        limits: WriteQueue<WriteJob>.Limits,
        checkpoints: CheckpointRunner,
        onFatal: @escaping @Sendable (ParleyError) -> Void
    ) throws {
        self.pool = pool
        self.files = files
        self.checkpoints = checkpoints
        self.onFatal = onFatal
        watch = try InodeWatch(database: files.path)
        queue = Mutex(WriteQueue(limits))
    }

    /// What ``WriteQueue`` knows, at this moment.
    func state<Value: Sendable>(_ read: (borrowing WriteQueue<WriteJob>) -> Value) -> Value {
        queue.withLock { read($0) }
    }

    /// Lets a job wait for the next commit, or says why not.
    func admit(_ job: WriteJob, _ lane: WriteLane) -> ParleyError? {
        switch queue.withLock({ $0.admit(job, lane) }) {
        case .wait: return nil
        case .refuse(let error): return error
        case .start:
            pool.asyncWriteWithoutTransaction { self.drain($0) }
            return nil
        }
    }

    /// Acknowledges nothing any more and tells everybody who waits.
    func stop(_ error: ParleyError) {
        guard let waiting = queue.withLock({ $0.stop(error) }) else { return }
        for job in waiting { job.fail(error) }
        onFatal(error)
    }

    /// Admits nothing more, writes what waits, and empties the log when the reads that still run are over.
    func close() async {
        queue.withLock { $0.close() }
        await withCheckedContinuation { continuation in
            pool.asyncBarrierWriteWithoutTransaction { result in
                if let database = try? result.get() {
                    self.drain(database)
                    self.finish(database)
                }
                continuation.resume()
            }
        }
    }

    /// Has the log emptied when nothing was written for a while, or when the disk is nearly full.
    func emptyLogIfDue() {
        guard checkpoints.isDue(isTight: state { $0.isFull }) else { return }
        pool.asyncWriteWithoutTransaction { database in
            self.stoppingOnFatal { try self.checkpoints.truncate(database) }
        }
    }

    /// Has the log emptied now.
    /// - Returns: whether it is; it is not while somebody reads from it.
    func emptyLog() async -> Bool {
        await withCheckedContinuation { continuation in
            pool.asyncWriteWithoutTransaction { database in
                self.stoppingOnFatal { try self.checkpoints.truncate(database) }
                continuation.resume(returning: (FileFacts(of: self.files.path + "-wal")?.size ?? 0) == 0)
            }
        }
    }

    /// Whether the files are still the ones that were opened; stops everything when they are not.
    @discardableResult
    func checkFiles() -> Bool {
        if watch.isIntact() { return true }
        stop(.gone)
        return false
    }

    /// Refuses turns while the disk is below its low water.
    func checkSpace() {
        let isLow = files.disk.isLow
        queue.withLock { $0.isFull = isLow }
    }
}
