import Parley

/// What the decoding of one conversation needs and gathers.
struct Decoding: Sendable {
    let now: Timestamp
    /// What the file is called.
    let file: String
    /// The place of the conversation in the file, from 1.
    let number: Int
    /// What people thought of messages, by their ids, where that lies in a file of its own.
    let ratings: [String: Int]
    var notes = ImportNotes()

    /// Clocks differ; what is ahead by more than this is no time at which anything was said.
    private static let tolerance = Day.milliseconds

    init(now: Timestamp, file: String, number: Int, ratings: [String: Int] = [:]) {
        self.ratings = ratings
        self.now = now
        self.file = file
        self.number = number
    }

    /// A time as another program writes it: a number of seconds or smaller units since 1970, or ISO 8601.
    ///
    /// `nil` when it is none, or before 1970; the present when it lies in the future.
    mutating func time(_ json: JSON?) -> Timestamp? {
        guard let time = ForeignTime.read(json), time.milliseconds >= 0 else { return nil }
        guard time.milliseconds > now.milliseconds + Self.tolerance else { return time }
        notes.add(.futureDate)
        return now
    }

    /// What a conversation without a name is called in messages.
    var place: String { "conversation \(number)" }
}
