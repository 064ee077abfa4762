import ArgumentParser
import Foundation
import Parley

/// How options about time are read, and what is said of those that cannot be.
enum TimeArgument {
    /// A length of time: `90d`.
    static func duration(_ text: String) throws -> Duration {
        guard let duration = Duration(text: text) else {
            throw ValidationError("It must be a positive duration such as 30s, 5m, 12h, 90d or 4w.")
        }
        return duration
    }

    /// The same, or none: `0s`.
    static func durationOrNone(_ text: String) throws -> Duration {
        guard let duration = Duration(text: text, allowsNone: true) else {
            throw ValidationError("It must be a duration such as 30s, 5m, 12h, 90d or 4w.")
        }
        return duration
    }

    /// A moment: the beginning of a day here, a moment by RFC 3339, or so long ago.
    static func moment(_ text: String) throws -> Timestamp {
        if let ago = Duration(text: text) { return Timestamp.now.before(ago) }
        guard let time = Timestamp(text: text) else {
            throw ValidationError("It must be a day like 2025-01-31, 2025-01-31T12:00:00Z, or 30d for 30 days ago.")
        }
        return Day(text) == nil ? time : beginningHere(of: time)
    }

    /// The beginning of the same day by this machine's clock, as lists show times.
    private static func beginningHere(of day: Timestamp) -> Timestamp {
        let date = Date(timeIntervalSince1970: Double(day.seconds))
        let offset = TimeZone.current.secondsFromGMT(for: date)
        return Timestamp(milliseconds: day.milliseconds - Int64(offset) * 1000)
    }
}
