import Parley
import ParleyStore

/// One transaction of jobs that do not know of each other.
///
/// The first job needs no savepoint: until it has succeeded there is nothing to protect from it.
struct GroupCommit {
    private let connection: SQLiteConnection
    private(set) var outcomes: [Outcome] = []
    private var hasWork = false

    struct Outcome {
        var job: WriteJob
        /// What tells the caller of success, or what the job threw.
        var result: Result<@Sendable () -> Void, any Error>
    }

    init(on connection: SQLiteConnection) { self.connection = connection }

    /// Runs `job` and keeps its outcome.
    /// - Throws: when the whole transaction is lost; the outcomes, this one among them, then count for nothing.
    mutating func perform(_ job: WriteJob) throws {
        do {
            let result = hasWork ? try inSavepoint(job) : try inTransaction(job)
            outcomes.append(Outcome(job: job, result: result))
        } catch {
            outcomes.append(Outcome(job: job, result: .failure(error)))
            throw error
        }
    }

    /// Makes the work durable.
    func commit() throws {
        if let fatal = connection.fatal { throw fatal }
        if hasWork { try connection.run("COMMIT", []) }
    }

    private mutating func inTransaction(_ job: WriteJob) throws -> Outcome.Verdict {
        try connection.run("BEGIN IMMEDIATE", [])
        let result = Result { try job.perform(connection) }
        try checkTransaction(after: result)
        switch result {
        case .success: hasWork = true
        case .failure: try connection.run("ROLLBACK", [])
        }
        return result
    }

    private func inSavepoint(_ job: WriteJob) throws -> Outcome.Verdict {
        try connection.run("SAVEPOINT job", [])
        let result = Result { try job.perform(connection) }
        try checkTransaction(after: result)
        if case .failure = result { try connection.run("ROLLBACK TO job", []) }
        try connection.run("RELEASE job", [])
        return result
    }

    /// SQLite undoes everything when the disk is full or memory is out, whatever the job made of the error.
    private func checkTransaction(after result: Outcome.Verdict) throws {
        if let fatal = connection.fatal { throw fatal }
        guard connection.isIdle else { return }
        if case .failure(let error) = result { throw error }
        throw ParleyError.internal(TransactionLost())
    }
}

extension GroupCommit.Outcome {
    typealias Verdict = Result<@Sendable () -> Void, any Error>

    var isWritten: Bool {
        if case .success = result { true } else { false }
    }

    /// Tells the caller how it ended.
    func tell() {
        switch result {
        case .success(let acknowledge): acknowledge()
        case .failure(let error): job.fail(error)
        }
    }
}

/// A job's transaction was undone by SQLite, and the job did not say so.
struct TransactionLost: Error {}
