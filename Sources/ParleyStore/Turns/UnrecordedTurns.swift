package import Parley
import Synchronization

/// Turns of which no text is kept, waiting to be written together: nobody waits for them, so one commit serves many.
final class UnrecordedTurns: Sendable {
    /// So many are written at once; a job of them stays well below the time a commit may take.
    static let batch = 64

    struct Ended: Sendable {
        var settlement: TurnSettlement
        var acceptance: TurnAcceptance
    }

    private let waiting = Mutex<[Ended]>([])

    /// - Returns: what is to be written now; empty until a batch is full.
    func add(_ turn: Ended) -> [Ended] {
        waiting.withLock { waiting in
            waiting.append(turn)
            guard waiting.count >= Self.batch else { return [] }
            defer { waiting = [] }
            return waiting
        }
    }

    /// Everything that waits.
    func takeAll() -> [Ended] {
        waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }
}

extension Store {
    package func settleUnrecorded(_ settlement: TurnSettlement, _ acceptance: TurnAcceptance) {
        write(unrecorded.add(.init(settlement: settlement, acceptance: acceptance)))
    }

    /// Writes the unrecorded turns that wait.
    ///
    /// To be called every second, and before the database is closed.
    package func writeUnrecorded() {
        write(unrecorded.takeAll())
    }

    private func write(_ turns: [UnrecordedTurns.Ended]) {
        guard !turns.isEmpty else { return }
        database.enqueue(.maintenance) { [process] connection in
            for turn in turns {
                let row = try TurnRow.insert(
                    turn.acceptance,
                    conversation: nil,
                    inputTip: nil,
                    fingerprint: nil,
                    process: process,
                    connection
                )
                _ = try TurnRow.settle(turn.settlement, row: row, connection)
                try UsageRows.book(turn.settlement, row: row, connection)
            }
        }
    }
}
