#include "CParleySQLite.h"

int parley_sqlite_bind_text(sqlite3_stmt *statement, int position, const void *bytes, int64_t count) {
    return sqlite3_bind_text64(
        statement, position, bytes ? bytes : "", (sqlite3_uint64)count, SQLITE_TRANSIENT, SQLITE_UTF8);
}

int parley_sqlite_bind_blob(sqlite3_stmt *statement, int position, const void *bytes, int64_t count) {
    if (count == 0) return sqlite3_bind_zeroblob(statement, position, 0);
    return sqlite3_bind_blob64(statement, position, bytes, (sqlite3_uint64)count, SQLITE_TRANSIENT);
}
