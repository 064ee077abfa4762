#define _POSIX_C_SOURCE 200809L
#include "CParleySQLite.h"
#include <time.h>

enum { instructions_between_looks = 200 };

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* The deadline travels in the pointer itself, so that nothing has to be allocated or freed. */
static int is_over(void *deadline) { return now() >= (int64_t)(intptr_t)deadline; }

void parley_sqlite_limit_time(sqlite3 *connection, int64_t milliseconds) {
    if (milliseconds <= 0) {
        sqlite3_progress_handler(connection, 0, 0, 0);
    } else {
        sqlite3_progress_handler(
            connection, instructions_between_looks, is_over, (void *)(intptr_t)(now() + milliseconds));
    }
}
