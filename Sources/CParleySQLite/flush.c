#define _POSIX_C_SOURCE 200809L
#include "CParleySQLite.h"
#include <time.h>
#include <unistd.h>

enum { instructions_between_looks = 1000, milliseconds_between = 50 };

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static int flush(void *context) {
    parley_flushing *flushing = context;
    if (now() >= flushing->next) {
        fdatasync(flushing->file);
        flushing->next = now() + milliseconds_between;
    }
    return 0;
}

void parley_sqlite_flush_while(sqlite3 *connection, parley_flushing *flushing) {
    sqlite3_progress_handler(connection, flushing ? instructions_between_looks : 0, flushing ? flush : 0, flushing);
}
