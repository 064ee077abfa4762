import ArgumentParser
import Parley

/// A day in UTC, written `2026-11-27`, or `30d` for so many days ago.
struct DayArgument: ExpressibleByArgument, Sendable {
    var day: Day

    init?(argument: String) {
        if let day = Day(argument) {
            self.day = day
        } else {
            guard argument.hasSuffix("d"), let span = TimeSpan(argument: argument) else { return nil }
            day = Day(.now).adding(-Int64(span.seconds / 86_400))
        }
    }
}
