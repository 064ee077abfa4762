package import Parley

/// Reads the times that other programs write.
package enum ForeignTime {
    /// The time; `nil` when it is none.
    package static func read(_ json: JSON?) -> Timestamp? {
        switch json {
        case .number: json?.double.flatMap(epoch)
        case .string(let text): iso(text) ?? Double(text).flatMap(epoch)
        default: nil
        }
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

    /// `2025-01-31T08:05:09.123456Z`, with `T` or a space, a zone or none (then it is UTC), a fraction or none.
    package static func iso(_ text: String) -> Timestamp? {
        var digits = Digits(Array(text.utf8))
        guard let year = digits.number(4), digits.take("-"), let month = digits.number(2), digits.take("-"),
            let day = digits.number(2), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let midnight = Day(year: Int64(year), month: Int64(month), day: Int64(day)).start
        var seconds = 0
        var milliseconds = 0
        if digits.take("T") || digits.take(" ") {
            guard let hour = digits.number(2), digits.take(":"), let minute = digits.number(2), hour < 25, minute < 60
            else { return nil }
            seconds += hour * 3600 + minute * 60
            if digits.take(":") {
                guard let second = digits.number(2), second < 61 else { return nil }
                seconds += second
                if digits.take(".") { milliseconds = digits.fraction() }
            }
        }
        guard let offset = digits.zone(), digits.isAtEnd else { return nil }
        return Timestamp(milliseconds: midnight.milliseconds + Int64((seconds - offset) * 1000 + milliseconds))
    }

    private struct Digits {
        private let bytes: [UInt8]
        private var index = 0

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        var isAtEnd: Bool { index == bytes.count }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
            index += 1
            return true
        }

        /// A number of exactly so many digits.
        mutating func number(_ count: Int) -> Int? {
            guard index + count <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[index..<index + count] {
                guard byte &- UInt8(ascii: "0") < 10 else { return nil }
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
            }
            index += count
            return value
        }

        /// The thousandths of a fraction of any length.
        mutating func fraction() -> Int {
            var value = 0
            var scale = 100
            while index < bytes.count, bytes[index] &- UInt8(ascii: "0") < 10 {
                value += Int(bytes[index] - UInt8(ascii: "0")) * scale
                scale /= 10
                index += 1
            }
            return value
        }

        /// The seconds that a zone is ahead of UTC.
        mutating func zone() -> Int? {
            if isAtEnd || take("Z") { return 0 }
            let isAhead = take("+")
            guard isAhead || take("-"), let hours = number(2) else { return nil }
            _ = take(":")
            let offset = hours * 3600 + (number(2) ?? 0) * 60
            return isAhead ? offset : -offset
        }
    }
}
