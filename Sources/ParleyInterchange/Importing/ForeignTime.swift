package import Parley

/// Reads the times that other programs write.
package enum ForeignTime {
    /// The time; `nil` when it is none.
    package static func read(_ json: JSON?) -> Timestamp? {
        switch json {
        case .number: json?.double.flatMap(epoch)
        case .string(let text): moment(text) ?? Double(text).flatMap(epoch)
        default: nil
        }
    }

    /// A year alone is a number.
    private static func moment(_ text: String) -> Timestamp? {
        ISOTime(text).flatMap { $0.precision >= .day ? $0.time : nil }
    }

    /// Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size: each lies between 1973
    /// and 5138 where the next smaller unit would not.
    private static func epoch(_ value: Double) -> Timestamp? {
        let milliseconds =
            switch abs(value) {
            case ..<1e11: value * 1000
            case ..<1e14: value
            case ..<1e17: value / 1000
            default: value / 1_000_000
            }
        return Int64(exactly: milliseconds.rounded()).map(Timestamp.init(milliseconds:))
    }
}
