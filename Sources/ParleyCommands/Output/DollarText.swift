import Parley

/// Amounts as people read them.
enum DollarText {
    private static let cent = Money.unit / 100

    /// An amount in millionths of a dollar: `$2.50`, and as much of it as there is below a cent.
    static func of(_ millionths: Int) -> String {
        let amount = Int64(millionths)
        guard amount == 0 || amount.magnitude >= cent.magnitude else { return "$" + Money.text(amount) }
        let cents = amount / cent + (amount % cent * 2) / cent
        let (whole, rest) = cents.quotientAndRemainder(dividingBy: 100)
        return "$\(whole).\(rest.magnitude < 10 ? "0" : "")\(rest.magnitude)"
    }

    /// An amount that an answer of the API has in dollars.
    static func of(dollars: JSON?) -> String {
        of(dollars?.double.flatMap(Money.millionths).map(Int.init) ?? 0)
    }
}
