import Parley
import ParleyStore

/// Who waits to be written, and who goes into which commit: the pure part of the writer.
///
/// Turns go first. Maintenance is written when no turn waits, or when turns have gone before it eight times, and then
/// one job at a time, so that neither starves.
struct WriteQueue<Job> {
    private var turns = Line<Job>()
    private var maintenance = Line<Job>()
    private var state = State.resting
    private var group = Group()
    private var timesPassedOver = 0
    private let limits: Limits

    private var end: End?
    /// Whether turns are refused until there is room on the disk.
    var isFull = false
    /// Why the last commit that had to write could not, or `nil` when it could.
    private var lastFailure: ParleyError.Code?
    private(set) var commits: Int64 = 0
    private(set) var jobs: Int64 = 0

    init(_ limits: Limits = Limits()) { self.limits = limits }

    var waiting: Int { turns.count + maintenance.count }

    /// Whether nothing is written any more, not even what waits.
    var isDead: Bool {
        if case .dead = end { true } else { false }
    }

    /// Whether the database is being closed.
    var isClosed: Bool {
        if case .closing = end { true } else { false }
    }

    /// Why writes are refused or fail at present.
    var refusal: ParleyError.Code? { end?.error.code ?? (isFull ? .storageFull : lastFailure) }
}

extension WriteQueue {
    struct Limits: Sendable {
        /// The most jobs that may wait, in each lane.
        var waiting = 2_048
        /// The most jobs in one commit.
        var turnsPerCommit = 128
        var maintenancePerCommit = 8
        /// A commit takes no further job after having worked so long.
        var commitTime = Duration.milliseconds(10)
    }

    enum Admission {
        /// The job waits, and nobody is writing: start.
        case start
        case wait
        case refuse(ParleyError)
    }

    private enum End {
        case closing
        case dead(ParleyError)

        var error: ParleyError {
            switch self {
            case .closing: .closing
            case .dead(let error): error
            }
        }
    }

    private enum State {
        case resting
        case writing
    }

    /// What the commit in progress has taken.
    private struct Group {
        var turns = 0
        var maintenance = 0
    }

    mutating func admit(_ job: Job, _ lane: WriteLane) -> Admission {
        if let end { return .refuse(end.error) }
        switch lane {
        case .turn:
            if isFull { return .refuse(.noRoom) }
            guard turns.count < limits.waiting else { return .refuse(.tooManyWrites) }
            turns.append(job)
        case .maintenance:
            guard maintenance.count < limits.waiting else { return .refuse(.tooManyWrites) }
            maintenance.append(job)
        }
        guard state == .resting else { return .wait }
        state = .writing
        return .start
    }

    /// The next job of the commit in progress, or `nil` when it is complete.
    /// - Parameter spent: how long the commit's jobs have run so far.
    mutating func next(spent: Duration) -> Job? {
        let isFirst = group.turns + group.maintenance == 0
        guard isFirst || spent < limits.commitTime else { return nil }
        if isMaintenanceDue, let job = maintenance.popFirst() {
            timesPassedOver = 0
            group.maintenance += 1
            return job
        }
        if group.turns < limits.turnsPerCommit, let job = turns.popFirst() {
            group.turns += 1
            return job
        }
        guard turns.isEmpty, group.turns == 0, group.maintenance < limits.maintenancePerCommit else { return nil }
        guard let job = maintenance.popFirst() else { return nil }
        timesPassedOver = 0
        group.maintenance += 1
        return job
    }

    /// Ends the commit in progress.
    /// - Parameters:
    ///   - written: how many of its jobs are on the disk.
    ///   - failure: what the storage had against it, if anything.
    mutating func finishCommit(written: Int, failure: ParleyError.Code? = nil) {
        if written > 0 || failure != nil { lastFailure = failure }
        if group.turns > 0, group.maintenance == 0, !maintenance.isEmpty { timesPassedOver += 1 }
        group = Group()
        guard written > 0 else { return }
        commits += 1
        jobs += Int64(written)
    }

    /// Whether the writer may stop because nobody waits; it is started again by the next job.
    mutating func rest() -> Bool {
        guard turns.isEmpty, maintenance.isEmpty else { return false }
        state = .resting
        return true
    }

    /// Admits nothing more. What waits is still written.
    mutating func close() { end = end ?? .closing }

    /// Admits nothing more and gives back what waits, to be failed with `error`.
    mutating func stop(_ error: ParleyError) -> [Job] {
        end = .dead(error)
        return turns.removeAll() + maintenance.removeAll()
    }

    private var isMaintenanceDue: Bool { timesPassedOver >= 8 && group.maintenance == 0 }
}

extension ParleyError {
    static let closing = ParleyError(.shuttingDown, "The server is shutting down.")

    static let tooManyWrites = ParleyError(
        .overloaded, "Too many requests are waiting to be saved.", retryAfter: .seconds(1))

    static let noRoom = ParleyError(FailureKind.full.code, FailureKind.full.message)
}
