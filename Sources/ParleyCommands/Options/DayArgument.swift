import ArgumentParser
import Parley

/// A day in UTC, written `2026-11-27`, or `30d` or `4w` for so long ago.
struct DayArgument: ExpressibleByArgument, Sendable {
    var day: Day

    /// Of a day, in seconds.
    private static let length: Int64 = 86_400

    init?(argument: String) {
        if let day = Day(argument) {
            self.day = day
        } else {
            let ago = Duration(text: argument, allowsNone: true)?.components.seconds
            guard let ago, ago.isMultiple(of: Self.length) else { return nil }
            day = Day(.now).adding(-ago / Self.length)
        }
    }
}
