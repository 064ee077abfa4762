extension Timestamp {
    /// The last second of the year 9999, beyond which nobody means a time.
    package static let latest = Self(milliseconds: 253_402_300_799_000)

    /// Unix seconds; `nil` before 1970 and after ``latest``.
    package init?(seconds: Int) {
        guard (0...Self.latest.seconds).contains(seconds) else { return nil }
        self.init(milliseconds: Int64(seconds) * 1000)
    }

    /// A day (`2025-01-31`, from its beginning in UTC) or a moment (`2025-01-31T12:00:00Z`), by RFC 3339.
    package init?(text: String) {
        guard text.utf8.count == 10 || text.utf8.count > 18, let read = ISOTime(text), read.precision >= .day,
            read.precision == .day || read.hasZone, (0...Self.latest.milliseconds).contains(read.time.milliseconds)
        else { return nil }
        self = read.time
    }
}
