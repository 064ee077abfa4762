/// The messages that wait, and those that are being answered.
///
/// Pure. Messages of one person are handed out one at a time, in the order in which they came.
struct LanyingBacklog {
    /// How many may wait.
    static let capacity = 1000

    private var waiting: [LanyingMessage] = []
    private var known: Set<InboxLetter.Key> = []
    private var busy: Set<Lane> = []
    private(set) var isClosed = false

    private struct Lane: Hashable {
        var appID: String
        var sender: LanyingID
    }

    var isFull: Bool { waiting.count >= Self.capacity }

    /// Takes a message, unless it is here already or there is no place for it.
    mutating func add(_ message: LanyingMessage) {
        guard !isClosed, !isFull, known.insert(message.key).inserted else { return }
        waiting.append(message)
    }

    /// The first message whose sender is not being answered.
    ///
    /// Must be followed by ``finish(_:)``.
    mutating func next() -> LanyingMessage? {
        guard let index = waiting.firstIndex(where: { !busy.contains(lane($0)) }) else { return nil }
        let message = waiting.remove(at: index)
        busy.insert(lane(message))
        return message
    }

    var hasNext: Bool { waiting.contains { !busy.contains(lane($0)) } }

    mutating func finish(_ message: LanyingMessage) {
        busy.remove(lane(message))
        known.remove(message.key)
    }

    /// Drops what waits, and takes no more.
    mutating func close() {
        isClosed = true
        waiting = []
    }

    private func lane(_ message: LanyingMessage) -> Lane {
        Lane(appID: message.appID, sender: message.sender)
    }
}
