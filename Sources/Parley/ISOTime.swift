/// A point in time as ISO 8601 and its many relatives write it: the one reader of such texts.
///
/// `2025`, `2025-01`, `2025-01-31`, `2025-01-31T08:05`, `2025-01-31 08:05:09.123456+02:00`. Who reads decides by
/// ``precision`` and ``hasZone`` what is enough. Without a zone it is UTC.
package struct ISOTime: Hashable, Sendable {
    /// When it begins.
    package let time: Timestamp
    package let precision: Precision
    /// Whether it says where it is meant.
    package let hasZone: Bool

    /// How much of it is said.
    package enum Precision: Int, Comparable, Sendable {
        case year
        case month
        case day
        case moment

        package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// `nil` for what is none, or in no calendar.
    package init?(_ text: String) {
        var digits = DigitReader(Array(text.utf8))
        guard let date = digits.date() else { return nil }
        precision = digits.isAtEnd ? date.precision : .moment
        guard precision < .moment || date.precision == .day && (digits.take("T") || digits.take(" ")) else {
            return nil
        }
        let clock = precision == .moment ? digits.clock() : 0
        hasZone = precision == .moment && !digits.isAtEnd
        guard let clock, let offset = digits.zone(), digits.isAtEnd else { return nil }
        time = Timestamp(milliseconds: date.day.start.milliseconds + Int64(clock - offset))
    }
}

/// Takes numbers off a text from the left.
private struct DigitReader {
    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { index == bytes.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    /// A number of so many digits.
    mutating func number(_ counts: ClosedRange<Int>) -> Int? {
        var value = 0
        let start = index
        while index < bytes.count, index - start < counts.upperBound, bytes[index] &- UInt8(ascii: "0") < 10 {
            value = value * 10 + Int(bytes[index] - UInt8(ascii: "0"))
            index += 1
        }
        return index - start < counts.lowerBound ? nil : value
    }

    mutating func number(_ count: Int, below bound: Int) -> Int? {
        number(count...count).flatMap { $0 < bound ? $0 : nil }
    }

    /// The day on which it begins, and how much of it is said; months and days may have one digit.
    mutating func date() -> (day: Day, precision: ISOTime.Precision)? {
        guard let year = number(4...4) else { return nil }
        var numbers = [Int64(year)]
        while numbers.count < 3, take("-") {
            guard let next = number(1...2) else { return nil }
            numbers.append(Int64(next))
        }
        let precision: ISOTime.Precision = numbers.count == 1 ? .year : numbers.count == 2 ? .month : .day
        numbers += [1, 1].suffix(3 - numbers.count)
        let day = Day(year: numbers[0], month: numbers[1], day: numbers[2])
        guard (1...12).contains(numbers[1]), day.civil == (numbers[0], numbers[1], numbers[2]) else { return nil }
        return (day, precision)
    }

    /// The milliseconds of a time of day.
    mutating func clock() -> Int? {
        guard let hour = number(2, below: 24), take(":"), let minute = number(2, below: 60) else { return nil }
        guard take(":") else { return (hour * 60 + minute) * 60_000 }
        // A leap second is the next one's beginning.
        guard let second = number(2, below: 61) else { return nil }
        let thousandths = take(".") || take(",") ? fraction() : 0
        return thousandths.map { (hour * 3600 + minute * 60 + second) * 1000 + $0 }
    }

    /// The thousandths of a fraction of any length.
    private mutating func fraction() -> Int? {
        var value = 0
        var scale = 100
        let start = index
        while let digit = number(1...1) {
            value += digit * scale
            scale /= 10
        }
        return index > start ? value : nil
    }

    /// The milliseconds that a zone is ahead of UTC; none at the end.
    mutating func zone() -> Int? {
        if isAtEnd || take("Z") || take("z") { return 0 }
        let isAhead = take("+")
        guard isAhead || take("-"), let hours = number(2, below: 25) else { return nil }
        _ = take(":")
        let minutes = isAtEnd ? 0 : number(2, below: 60)
        return minutes.map { (hours * 60 + $0) * (isAhead ? 60_000 : -60_000) }
    }
}
