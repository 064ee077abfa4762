import Parley
import ParleyStore

/// Who waits to be written, and who goes into which commit: the pure part of the writer.
///
/// Turns go first. Maintenance is written when no turn waits, or when turns have gone before it for long, and then one
/// job at a time, so that neither starves.
struct WriteQueue<Job> {
    private var turns = Line<Job>()
    private var maintenance = Line<Job>()
    private var state = State.resting
    private var group = Group()
    private var timesPassedOver = 0
    private var end: End?
    /// Why the last commit that had to write could not, or `nil` when it could.
    private var lastFailure: ParleyError.Code?
    private let limits: Limits

    /// Whether all but maintenance is refused until there is room on the disk.
    var isFull = false
    private(set) var commits: Int64 = 0
    private(set) var jobs: Int64 = 0

    init(_ limits: Limits = Limits()) { self.limits = limits }

    var waiting: Int { turns.count + maintenance.count }

    /// Whether nothing is written any more, not even what waits.
    var isOver: Bool {
        switch end {
        case .closed, .dead: true
        case .closing, nil: false
        }
    }

    /// Whether the database is being closed, or was.
    var isClosed: Bool {
        switch end {
        case .closing, .closed: true
        case .dead, nil: false
        }
    }

    /// Why writes are refused or fail at present.
    var refusal: ParleyError.Code? { end?.error.code ?? (isFull ? .storageFull : lastFailure) }
}

extension WriteQueue {
    mutating func admit(_ job: Job, _ lane: WriteLane) -> Admission {
        if let end { return .refuse(end.error) }
        if isFull, lane != .maintenance { return .refuse(.noRoom) }
        switch lane {
        case .turn:
            guard turns.count < limits.waiting else { return .refuse(.tooManyWrites) }
            turns.append(job)
        case .maintenance, .bulk:
            guard maintenance.count < limits.waiting else { return .refuse(.tooManyWrites) }
            maintenance.append(job)
        }
        guard state == .resting else { return .wait }
        state = .writing
        return .start
    }

    /// Takes the next job into the commit in progress, which has run for `spent`; `nil` when the commit is complete.
    mutating func next(spent: Duration) -> Job? {
        guard group.turns + group.maintenance == 0 || spent < limits.commitTime else { return nil }
        if timesPassedOver >= limits.patience, group.maintenance == 0, let job = nextOfMaintenance() { return job }
        if group.turns < limits.turnsPerCommit, let job = turns.popFirst() {
            group.turns += 1
            return job
        }
        guard turns.isEmpty, group.turns == 0, group.maintenance < limits.maintenancePerCommit else { return nil }
        return nextOfMaintenance()
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

    /// Admits nothing more.
    ///
    /// What waits is still written.
    mutating func close() { end = end ?? .closing }

    /// Everything was written: what happens to the files from now on is not our concern.
    mutating func finishClosing() {
        if !isOver { end = .closed }
    }

    /// Admits nothing more and gives back what waits, to be failed with `error`; `nil` when all was over before.
    mutating func stop(_ error: ParleyError) -> [Job]? {
        guard !isOver else { return nil }
        end = .dead(error)
        return turns.removeAll() + maintenance.removeAll()
    }

    private mutating func nextOfMaintenance() -> Job? {
        guard let job = maintenance.popFirst() else { return nil }
        timesPassedOver = 0
        group.maintenance += 1
        return job
    }
}
