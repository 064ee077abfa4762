import ArgumentParser

/// A length of time, written `90d`, `24h`, `30m` or `45s`.
struct TimeSpan: ExpressibleByArgument, Sendable {
    var seconds: Int

    private static let units: [Character: Int] = ["d": 86_400, "h": 3600, "m": 60, "s": 1]
    /// A hundred years.
    private static let longest = 3_153_600_000

    init(seconds: Int) {
        self.seconds = seconds
    }

    init?(argument: String) {
        guard let unit = argument.last.flatMap({ Self.units[$0] }), let count = Int(argument.dropLast()), count >= 0,
            count <= Self.longest / unit
        else { return nil }
        seconds = count * unit
    }

    /// As it is written.
    var defaultValueDescription: String { "\(seconds)s" }
}
