extension Duration {
    /// A time as people write it: a whole number and `s`, `m`, `h`, `d` or `w`, such as `90d`.
    ///
    /// `nil` for anything else: a negative one, one of more than a hundred years, and unless `allowsNone` one of nothing.
    package init?(text: String, allowsNone: Bool = false) {
        guard let unit = text.last.flatMap({ Self.units[$0] }), let count = Int64(text.dropLast()),
            text.first?.isNumber == true, count <= Self.most / unit, count > 0 || allowsNone
        else { return nil }
        self = .seconds(count * unit)
    }

    private static let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]

    /// A hundred years in seconds.
    private static let most: Int64 = 36_525 * 86_400

    /// In the largest unit that divides it.
    package var shortText: String {
        let seconds = components.seconds
        let unit = Self.units.filter { seconds % $0.value == 0 }.max { $0.value < $1.value }
        guard let unit, seconds != 0 else { return "\(seconds)s" }
        return "\(seconds / unit.value)\(unit.key)"
    }
}

extension Timestamp {
    /// The moment so long before this one.
    package func before(_ duration: Duration) -> Timestamp {
        Timestamp(milliseconds: milliseconds - duration.components.seconds * 1000)
    }
}
