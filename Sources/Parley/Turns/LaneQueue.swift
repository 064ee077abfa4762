/// Who may work on a conversation, first come first served.
///
/// Pure.
struct LaneQueue {
    /// How many may wait behind the one that works.
    static let capacity = 8

    private var taken = false
    private var waiting: [Int] = []
    private var next = 0

    enum Entry: Equatable {
        /// The lane was free.
        case entered
        /// Somebody works; this ticket waits.
        case waits(ticket: Int)
        /// Too many wait already.
        case full
    }

    mutating func enter() -> Entry {
        guard taken else {
            taken = true
            return .entered
        }
        guard waiting.count < Self.capacity else { return .full }
        next += 1
        waiting.append(next)
        return .waits(ticket: next)
    }

    /// The one who worked is done.
    /// - Returns: the ticket that works now; `nil` when nobody does.
    mutating func leave() -> Int? {
        guard !waiting.isEmpty else {
            taken = false
            return nil
        }
        return waiting.removeFirst()
    }

    /// A ticket gives up.
    /// - Returns: whether it was still waiting.
    mutating func giveUp(_ ticket: Int) -> Bool {
        guard let index = waiting.firstIndex(of: ticket) else { return false }
        waiting.remove(at: index)
        return true
    }

    var isFree: Bool { !taken }

    var waitingCount: Int { waiting.count }

    func isWaiting(_ ticket: Int) -> Bool { waiting.contains(ticket) }
}
