import Foundation

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
        // A style for days reads the day of a moment too, and passes over what follows.
        let isDay = text.utf8.count == 10
        let styles: [Date.ISO8601FormatStyle] = isDay ? [.day] : [.iso8601, .withFractions]
        guard isDay || Self.endsWithZone(text),
            let date = styles.lazy.compactMap({ try? Date(text, strategy: $0) }).first
        else { return nil }
        let milliseconds = date.timeIntervalSince1970 * 1000
        guard (0...Double(Self.latest.milliseconds)).contains(milliseconds) else { return nil }
        self.init(milliseconds: Int64(milliseconds.rounded()))
    }

    private static func endsWithZone(_ text: String) -> Bool {
        let sign = text.utf8.dropLast(5).last
        return text.utf8.last == UInt8(ascii: "Z") || sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
    }
}

extension Date.ISO8601FormatStyle {
    fileprivate static let day = Self().year().month().day()
    fileprivate static let withFractions = Self(includingFractionalSeconds: true)
}
