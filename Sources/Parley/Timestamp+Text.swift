extension Timestamp {
    /// The moment as RFC 3339 writes it, in UTC, to the second: `2025-01-31T12:00:00Z`.
    package var text: String { "\(day)T\(clock)Z" }

    /// The same to the millisecond: `2025-01-31T12:00:00.123Z`.
    package var exactText: String {
        let rest = milliseconds % 1000
        return "\(day)T\(clock).\(Day.padded(rest < 0 ? rest + 1000 : rest, 3))Z"
    }

    /// Unix seconds, or where that would lose something the moment as RFC 3339 writes it.
    package var json: JSON { milliseconds % 1000 == 0 ? JSON(seconds) : .string(exactText) }

    /// The day in UTC: `2025-01-31`.
    package var day: String { Day(self).text }

    /// The time of day in UTC: `12:00:00`.
    package var clock: String {
        let remainder = milliseconds % Day.milliseconds
        let time = (remainder < 0 ? remainder + Day.milliseconds : remainder) / 1000
        return [time / 3600, time / 60 % 60, time % 60].map { Day.padded($0, 2) }.joined(separator: ":")
    }
}
