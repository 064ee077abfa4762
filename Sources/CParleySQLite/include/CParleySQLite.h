#pragma once
/// Turns on SQLITE_DBCONFIG_DEFENSIVE, and load_extension off, for an open `sqlite3 *`; returns SQLite's result code.
///
/// `sqlite3_db_config` is variadic, which Swift does not import.
int parley_sqlite_harden(void *_Nonnull connection);
