/// One step of the schema's history.
package struct Migration: Sendable {
    /// Counted from 1 without gaps.
    package var number: Int
    /// For people: `what` in `NNNN_what.sql`.
    package var name: String
    /// Any number of statements, without transactions.
    package var sql: String

    package init(number: Int, name: String, sql: String) {
        self.number = number
        self.name = name
        self.sql = sql
    }
}

extension Migration {
    /// The number in the four digits of file names.
    var label: String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
