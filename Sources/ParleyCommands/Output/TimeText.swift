import Foundation
import Parley

/// Times as people read them.
enum TimeText {
    /// Unix seconds as a local date and time; `-` for none.
    static func of(_ seconds: JSON?) -> String {
        guard let seconds = seconds?.double else { return "-" }
        let parts = Calendar.current.dateComponents(
            [.year, .month, .day, .hour, .minute],
            from: Date(timeIntervalSince1970: seconds)
        )
        let date = [parts.year, parts.month, parts.day].map(padded).joined(separator: "-")
        return "\(date) \(padded(parts.hour)):\(padded(parts.minute))"
    }

    private static func padded(_ number: Int?) -> String {
        guard let number else { return "00" }
        return number < 10 ? "0\(number)" : String(number)
    }
}
