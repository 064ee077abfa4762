import ParleyStore

/// SQLite's side of what differs between engines.
package struct SQLiteDialect: Dialect {
    package let name = "sqlite"

    package init() {}
}
