#pragma once
#include <sqlite3.h>
#include <stdint.h>

/// Turns on SQLITE_DBCONFIG_DEFENSIVE, and load_extension off; returns SQLite's result code.
///
/// `sqlite3_db_config` is variadic, which Swift does not import.
int parley_sqlite_harden(sqlite3 *_Nonnull connection);

/// Says whether the tables that virtual tables keep for themselves may only be written by these; returns SQLite's result
/// code.
int parley_sqlite_defend(sqlite3 *_Nonnull connection, int on);

/// Makes the connection leave the write-ahead log as it is when it is closed; returns SQLite's result code.
///
/// For a file that is no longer the one that was opened: closing would otherwise delete whatever log now bears its name.
int parley_sqlite_keep_log(sqlite3 *_Nonnull connection);

/// Interrupts statements of this connection that still run after so many milliseconds from now; 0 lifts the limit.
void parley_sqlite_limit_time(sqlite3 *_Nonnull connection, int64_t milliseconds);

/// Binds a copy of UTF-8 text; returns SQLite's result code.
///
/// SQLITE_TRANSIENT is a cast, which Swift does not import.
int parley_sqlite_bind_text(
    sqlite3_stmt *_Nonnull statement, int position, const void *_Nullable bytes, int64_t count);

/// Binds a copy of bytes, none of which is still a value; returns SQLite's result code.
int parley_sqlite_bind_blob(
    sqlite3_stmt *_Nonnull statement, int position, const void *_Nullable bytes, int64_t count);

/// The number of the kind of file system under `path`, as in Linux's magic.h, or -1.
///
/// Swift's Glibc has no `statfs`.
int64_t parley_file_system_kind(const char *_Nonnull path);
