/// Amounts as people read them.
enum DollarText {
    /// An amount in millionths of a dollar.
    static func of(_ millionths: Int) -> String {
        let cents = (Double(millionths) / 10_000).rounded() / 100
        return millionths > 0 && cents == 0 ? "less than $0.01" : "$\(cents)"
    }
}
