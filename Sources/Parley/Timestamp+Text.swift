extension Timestamp {
    /// The moment as RFC 3339 writes it, in UTC, to the second: `2025-01-31T12:00:00Z`.
    package var text: String { "\(day)T\(clock)Z" }

    /// The day in UTC: `2025-01-31`.
    package var day: String { Day(self).text }

    /// The time of day in UTC: `12:00:00`.
    package var clock: String {
        let remainder = milliseconds % Day.milliseconds
        let time = (remainder < 0 ? remainder + Day.milliseconds : remainder) / 1000
        return [time / 3600, time / 60 % 60, time % 60].map { Day.padded($0, 2) }.joined(separator: ":")
    }
}
