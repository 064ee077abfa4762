import Parley

/// The events of a response as they are written: one after another, each with its number.
struct NumberedEvents: Sendable {
    /// The last event that the client has already.
    private let after: Int
    private var count = 0
    var stream = EventStreamEncoder(capacity: 4096)

    /// Events up to the number `after` are counted and not written.
    init(after: Int) {
        self.after = after
    }

    mutating func write(_ type: String, _ members: [JSON.Object.Member]) {
        guard let number = next() else { return }
        stream.event(type) { writer in
            writer.raw("{\"type\":")
            writer.string(type)
            writer.raw(",\"sequence_number\":")
            writer.number(number)
            for member in members {
                writer.raw(",")
                writer.string(member.name)
                writer.raw(":")
                writer.value(member.value)
            }
            writer.raw("}")
        }
    }

    /// Writes an event that adds `text` to an item.
    mutating func write(_ event: DeltaEvent, _ text: String, logprobs: [JSON] = []) {
        guard let number = next() else { return }
        stream.event(event.type) { event.write(number, text, logprobs, to: &$0) }
    }

    /// The number of the event to write; `nil` when the client has it already.
    private mutating func next() -> Int? {
        defer { count += 1 }
        return count > after ? count : nil
    }
}
