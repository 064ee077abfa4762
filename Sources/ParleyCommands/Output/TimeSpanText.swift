import ArgumentParser
import Parley

/// Times on the command line: `90d`.
enum TimeSpanText {
    /// - Throws: a usage error that names the option.
    static func read(_ text: String?, _ option: String) throws -> Duration? {
        guard let text else { return nil }
        guard let duration = Duration(text: text) else {
            throw ValidationError(
                "\(option) must be a time of more than nothing, such as 30s, 5m, 12h, 90d or 4w, not '\(text)'."
            )
        }
        return duration
    }

    /// A moment: a day, or a moment by RFC 3339.
    static func moment(_ text: String?, _ option: String) throws -> Timestamp? {
        guard let text else { return nil }
        guard let time = Timestamp(text: text) else {
            throw ValidationError("\(option) must be a day like 2025-01-31, or 2025-01-31T12:00:00Z, not '\(text)'.")
        }
        return time
    }
}
