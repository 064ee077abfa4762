/// Dollars, as people write them, and millionths of a dollar, as they are kept.
package enum Money {
    package static let unit: Int64 = 1_000_000

    /// `1.5` for 1,500,000; never an exponent, and no zeros that say nothing.
    package static func text(_ millionths: Int64) -> String {
        let magnitude = millionths.magnitude
        let (whole, rest) = magnitude.quotientAndRemainder(dividingBy: UInt64(unit))
        let sign = millionths < 0 ? "-" : ""
        guard rest > 0 else { return "\(sign)\(whole)" }
        let digits = String(rest)
        let fraction = String(repeating: "0", count: 6 - digits.count) + digits
        return "\(sign)\(whole).\(fraction.reversed().drop { $0 == "0" }.reversed().map(String.init).joined())"
    }

    /// The millionths of an amount in dollars; `nil` for what is no amount, negative or beyond reason.
    package static func millionths(_ dollars: Double) -> Int64? {
        let value = (dollars * Double(unit)).rounded()
        guard value.isFinite, value >= 0, value <= Double(Allowance.Measure.ceiling) else { return nil }
        return Int64(value)
    }
}
