/// When an upstream asks to be called again.
enum RetryAfter {
    /// Reads `retry-after-ms` and `retry-after`: seconds, also with a fraction, or an HTTP date.
    ///
    /// Garbage and negative numbers are nothing; a date that has passed is zero; all is at most `ceiling`.
    /// `now` is in Unix seconds.
    static func read(milliseconds: String?, value: String?, now: Int64, ceiling: Duration) -> Duration? {
        if let milliseconds, let number = Double(milliseconds), number.isFinite, number >= 0 {
            return bounded(number / 1000, ceiling)
        }
        guard let value else { return nil }
        if let number = Double(value) {
            return number.isFinite && number >= 0 ? bounded(number, ceiling) : nil
        }
        return unixSeconds(date: value).map { bounded(Double(max(0, $0 - now)), ceiling) }
    }

    private static func bounded(_ seconds: Double, _ ceiling: Duration) -> Duration {
        min(ceiling, .seconds(min(seconds, 1_000_000)))
    }

    /// An HTTP date as RFC 9110 5.6.7 prefers it: `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func unixSeconds(date: String) -> Int64? {
        let parts = date.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = Int64(parts[1]), let year = Int64(parts[3]),
            let month = months.firstIndex(of: String(parts[2])), (1...31).contains(day), (1970...9999).contains(year)
        else { return nil }
        let time = parts[4].split(separator: ":").compactMap { Int64($0) }
        guard time.count == 3, time.allSatisfy({ (0...60).contains($0) }) else { return nil }
        let days = days(year: year, month: Int64(month + 1), day: day)
        return days * 86_400 + time[0] * 3_600 + time[1] * 60 + time[2]
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Days since 1970-01-01 in the Gregorian calendar, counted from March so that the leap day comes last.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let month = (month + 9) % 12
        let dayOfYear = (153 * month + 2) / 5 + day - 1
        return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    }
}
