/// A column held another type of value than the query's author expected.
///
/// The types are SQLite's numbers: 1 integer, 2 real, 3 text, 4 blob, 5 null (also: no such column).
struct CellMismatch: Error {
    var column: Int
    var wanted: Int32
    var found: Int32
}
