import Foundation
import Parley

/// Times as people read them.
enum TimeText {
    /// Unix seconds as a local date and time; `-` for none.
    static func of(_ seconds: JSON?) -> String {
        guard let seconds = seconds?.double else { return "-" }
        var time = time_t(seconds)
        var parts = tm()
        guard unsafe localtime_r(&time, &parts) != nil else { return "-" }
        let date = [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
        return date.map(padded).joined(separator: "-") + " \(padded(Int(parts.tm_hour))):\(padded(Int(parts.tm_min)))"
    }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
