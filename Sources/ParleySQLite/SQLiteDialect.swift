package import ParleyStore

/// SQLite's side of what differs between engines.
package struct SQLiteDialect: Dialect {
    package let name = "sqlite"
    package let fullText: any FullText = SQLiteFullText()

    package init() {}

    /// `octet_length` is newer than the SQLite of Debian 12.
    package func byteCount(of text: String) -> String { "length(CAST(\(text) AS BLOB))" }

    /// `LIKE` ends a pattern at U+0000, so that it would match everything, and refuses long ones.
    package func holds(_ text: String, _ part: String) -> String { "instr(\(text), \(part)) > 0" }
}
