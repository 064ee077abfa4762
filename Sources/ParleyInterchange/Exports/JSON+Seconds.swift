import Parley

extension JSON {
    /// Unix seconds with the milliseconds behind the point.
    static func seconds(_ time: Timestamp) -> JSON {
        let (seconds, rest) = time.milliseconds.quotientAndRemainder(dividingBy: 1000)
        let digits = String(abs(rest))
        return .number("\(seconds).\(String(repeating: "0", count: 3 - digits.count))\(digits)")
    }
}
