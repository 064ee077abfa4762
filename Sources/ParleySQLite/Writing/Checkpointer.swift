/// When the log is copied into the database: pure.
///
/// Never inside a commit. A small log is copied when nobody waits, a large one in any case; one that has grown far, or
/// an idle database's, is emptied as well.
struct Checkpointer {
    private let limits: Limits
    /// Pages in the log that are not in the database.
    private var pages = 0
    /// Another attempt waits for so many pages: a long reader holds the log, and trying after each commit is no use.
    private var threshold: Int
    /// Whether anything was written since the log was last emptied.
    private var isDirty = true
    private var lastCommit: ContinuousClock.Instant
    /// When it was last tried in vain, while what was removed has to leave the log; `nil` when nothing has to.
    private var owedSince: ContinuousClock.Instant?

    init(_ limits: Limits = Limits(), now: ContinuousClock.Instant) {
        self.limits = limits
        threshold = limits.calmPages
        lastCommit = now
    }
}

extension Checkpointer {
    struct Limits: Sendable {
        /// Copied when nobody waits; 4 MiB of pages.
        var calmPages = 1_024
        /// Copied even when others wait; 16 MiB of pages.
        var busyPages = 4_096
        /// Copied and given back to a disk that is nearly full; 256 KiB of pages.
        var tightPages = 64
        /// The log's size in bytes from which it is emptied.
        var logSize: Int64 = 32 << 20
        /// How long nothing was written when the log is emptied.
        var idleTime = Duration.seconds(10)
        /// How long until it is tried again to empty a log that somebody reads, and that holds what was removed.
        var owedTime = Duration.seconds(2)
    }

    enum Action: Equatable {
        case none
        /// Copy what no reader needs, without waiting for anybody.
        case copy
        /// Copy and make the file empty, if no reader uses it.
        case empty
    }

    mutating func committed(pages written: Int, now: ContinuousClock.Instant) {
        guard written > 0 else { return }
        pages += written
        isDirty = true
        lastCommit = now
    }

    /// What is to be done after a commit.
    ///
    /// When the disk is nearly full (`isTight`) the log must not keep space for later.
    func action(othersWait: Bool, isTight: Bool = false, logSize: @autoclosure () -> Int64) -> Action {
        if isTight, pages >= limits.tightPages { return .empty }
        let isDue = pages >= threshold && (!othersWait || pages >= threshold - limits.calmPages + limits.busyPages)
        guard isDue else { return .none }
        return logSize() >= limits.logSize ? .empty : .copy
    }

    /// Whether a log is to be emptied although nobody has just written.
    func isDue(isTight: Bool, now: ContinuousClock.Instant) -> Bool {
        if let owedSince, owedSince.duration(to: now) >= limits.owedTime { return true }
        return isDirty && (isTight || lastCommit.duration(to: now) >= limits.idleTime)
    }

    /// Whether what was removed is still in the log.
    var isOwed: Bool { owedSince != nil }

    /// From now on it is tried again and again to empty the log, until it is done.
    mutating func owe(now: ContinuousClock.Instant) { owedSince = now }

    /// - Parameters:
    ///   - remaining: pages that are still only in the log.
    ///   - isEmpty: whether the file is empty now.
    mutating func finished(remaining: Int, isEmpty: Bool) {
        pages = remaining
        threshold = remaining + limits.calmPages
        guard isEmpty else { return }
        isDirty = false
        owedSince = nil
    }

    /// An attempt failed; the next one waits as if a reader had held the log.
    mutating func failed(now: ContinuousClock.Instant) {
        threshold = pages + limits.calmPages
        lastCommit = now
        if isOwed { owedSince = now }
    }
}
