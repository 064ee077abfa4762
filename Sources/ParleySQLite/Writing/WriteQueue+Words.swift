import Parley

extension WriteQueue {
    struct Limits: Sendable {
        /// The most jobs that may wait, in each lane.
        var waiting = 2_048
        /// The most turns in one commit.
        var turnsPerCommit = 128
        /// The most maintenance jobs in one commit.
        var maintenancePerCommit = 8
        /// A commit takes no further job after having worked so long.
        var commitTime = Duration.milliseconds(10)
        /// After so many commits that left maintenance waiting, one job of it is taken along.
        var patience = 8
    }

    enum Admission {
        /// The job waits, and nobody is writing: start.
        case start
        case wait
        case refuse(ParleyError)
    }

    enum State {
        case resting
        case writing
    }

    /// What the commit in progress has taken.
    struct Group {
        var turns = 0
        var maintenance = 0
    }

    /// Why nothing more is admitted.
    enum End {
        /// What waits is still written.
        case closing
        case closed
        case dead(ParleyError)
    }
}

extension WriteQueue.End {
    var error: ParleyError {
        switch self {
        case .closing, .closed: .closing
        case .dead(let error): error
        }
    }
}

extension ParleyError {
    static let closing = Self(.shuttingDown, "The server is shutting down.")
    static let tooManyWrites = Self(
        .overloaded,
        "Too many requests are waiting to be saved.",
        retryAfter: .seconds(1)
    )
    static let noRoom = Self(FailureKind.full.code, FailureKind.full.message)
}
