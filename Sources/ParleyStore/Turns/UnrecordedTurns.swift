package import Parley
import Synchronization

/// Turns of which no text is kept, waiting to be written together: nobody waits for them, so one commit serves many.
///
/// What was refused, because the disk is full or too much waits, waits here until it can be written.
final class UnrecordedTurns: Sendable {
    /// So many are written at once; a job of them stays well below the time a commit may take.
    static let batch = 64
    /// Of more that cannot be written the oldest are given up: memory is not the place for them.
    static let most = 65_536

    enum Ended: Sendable {
        case turn(TurnSettlement, TurnAcceptance)
        /// A reservation of a turn that never began.
        case reservation(Turn.ID)
    }

    private let waiting = Mutex<[Ended]>([])

    /// - Returns: what is to be written now; empty until a batch is full.
    func add(_ turn: Ended) -> [Ended] {
        waiting.withLock { waiting in
            waiting.append(turn)
            guard waiting.count >= Self.batch else { return [] }
            return Self.take(&waiting)
        }
    }

    /// What has waited longest, at most a batch.
    func takeNext() -> [Ended] { waiting.withLock { Self.take(&$0) } }

    /// How many wait.
    var count: Int { waiting.withLock { $0.count } }

    /// Takes back what could not be written.
    func putBack(_ turns: [Ended]) {
        waiting.withLock { waiting in
            waiting = turns + waiting
            waiting.removeFirst(max(0, waiting.count - Self.most))
        }
    }

    /// Forgets what waits of a person.
    func forget(_ owner: User.ID) {
        waiting.withLock { waiting in
            waiting.removeAll { ended in
                if case .turn(_, let acceptance) = ended { acceptance.owner == owner } else { false }
            }
        }
    }

    private static func take(_ waiting: inout [Ended]) -> [Ended] {
        let turns = Array(waiting.prefix(batch))
        waiting.removeFirst(turns.count)
        return turns
    }
}

extension Store {
    package func settleUnrecorded(_ settlement: TurnSettlement, _ acceptance: TurnAcceptance) {
        write(unrecorded.add(.turn(settlement, acceptance)))
    }

    package func release(_ turn: Turn.ID) { write([.reservation(turn)], .turn) }

    /// Writes the unrecorded turns that wait, and tries again what was refused.
    ///
    /// To be called every second, and before the database is closed.
    package func writeUnrecorded() {
        // What is refused again meanwhile waits for the next time.
        var left = unrecorded.count
        while left > 0 {
            let turns = unrecorded.takeNext()
            guard !turns.isEmpty else { return }
            write(turns)
            left -= turns.count
        }
    }

    private func write(_ turns: [UnrecordedTurns.Ended], _ lane: WriteLane = .maintenance) {
        guard !turns.isEmpty else { return }
        database.enqueue(lane) { [process] connection in
            for turn in turns { try turn.write(process: process, connection) }
        } failed: { [unrecorded] error in
            if ParleyError(error).code.passes { unrecorded.putBack(turns) }
        }
    }
}

extension UnrecordedTurns.Ended {
    fileprivate func write(process: Int64, _ connection: any Connection) throws {
        switch self {
        case .reservation(let turn): try SpendingRows.release(turn, taken: Spent(), connection)
        case .turn(let settlement, let acceptance):
            // Nothing comes to somebody who is being erased, or was.
            guard try Self.isKnown(acceptance.owner, connection) else { return }
            let row = try TurnRow.insert(
                acceptance,
                conversation: nil,
                inputTip: nil,
                fingerprint: nil,
                process: process,
                connection
            )
            _ = try TurnRow.settle(settlement, row: row, connection)
            try UsageRows.book(settlement, row: row, connection)
        }
    }

    private static func isKnown(_ owner: User.ID, _ connection: any Connection) throws -> Bool {
        try connection.row(
            "SELECT 1 FROM person WHERE id = ? AND hash_key IS NOT NULL",
            .integer(owner.rawValue)
        ) { try $0.integer(0) } != nil
    }
}

extension ParleyError.Code {
    /// Whether what was refused can be written later.
    fileprivate var passes: Bool {
        switch self {
        case .storageFull, .storageReadOnly, .overloaded: true
        default: false
        }
    }
}
