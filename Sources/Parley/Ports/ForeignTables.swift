/// The tables of a database that another program wrote, opened for reading alone.
package protocol ForeignTables: AnyObject {
    /// The names of a table's columns; empty when there is no such table, or when it is a view.
    func columns(of table: String) throws -> [String]

    /// The rows of a table, in the order of some of its columns; those in which the column `matching` has a text.
    func rows(
        of table: String,
        columns: [String],
        matching: (column: String, value: String)?,
        orderedBy: [String]
    ) throws -> any ForeignRows
}

/// Rows that come one after the other.
package protocol ForeignRows: AnyObject {
    /// The next row, by the names of its columns; bytes that are no text come as `null`.
    func next() throws -> JSON.Object?
}

extension ForeignRows {
    /// All rows that are left.
    package func all() throws -> [JSON.Object] {
        var rows: [JSON.Object] = []
        while let row = try next() { rows.append(row) }
        return rows
    }
}
