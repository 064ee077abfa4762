import ArgumentParser
import Parley

/// How options about time are read, and what is said of those that cannot be.
enum TimeArgument {
    /// A length of time: `90d`.
    static func duration(_ text: String) throws -> Duration {
        guard let duration = Duration(text: text) else {
            throw ValidationError("It must be a time of more than nothing, such as 30s, 5m, 12h, 90d or 4w.")
        }
        return duration
    }

    /// The same, or none: `0s`.
    static func durationOrNone(_ text: String) throws -> Duration {
        guard let duration = Duration(text: text, allowsNone: true) else {
            throw ValidationError("It must be a time, such as 30s, 5m, 12h, 90d or 4w.")
        }
        return duration
    }

    /// A moment: a day, or a moment by RFC 3339.
    static func moment(_ text: String) throws -> Timestamp {
        guard let time = Timestamp(text: text) else {
            throw ValidationError("It must be a day like 2025-01-31, or 2025-01-31T12:00:00Z.")
        }
        return time
    }
}
