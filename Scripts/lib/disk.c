// Preloaded into the server: stands between SQLite and the database file and its log. DISK_DATABASE names the file.
//
// With DISK_RECORD, it writes down in their order the operations that change the files. Each is one header and its
// bytes, appended by one call, so that the record's length tells a client what had been done before it was answered. A
// synchronisation is written down after it has returned.
//
// With DISK_FAILS (w, t or s), the DISK_FAILS_AT-th operation of that kind fails with the error DISK_FAILS_WITH, and
// with DISK_FAILS_ON=1 all that follow. A write that fails on a full disk leaves its first half.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum file { OTHER = 0, DATABASE = 'd', LOG = 'l' };
enum operation { NONE = 0, WRITE = 'w', TRUNCATE = 't', SYNCHRONISE = 's', REMOVE = 'r' };

struct header {
    uint8_t operation, file, unused[6];
    uint64_t offset, length;
};

static char database[PATH_MAX];
static int record = -1;
static enum operation failing;
static int failing_with, failing_on;
static long failing_at, operations;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

static long number(const char *name) {
    const char *text = getenv(name);
    return text ? atol(text) : 0;
}

static void begin(void) {
    const char *path = getenv("DISK_RECORD"), *name = getenv("DISK_DATABASE"), *fails = getenv("DISK_FAILS");
    if (name) snprintf(database, sizeof database, "%s", name);
    if (path) record = (int)syscall(SYS_openat, AT_FDCWD, path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    if (fails) failing = (enum operation)fails[0];
    failing_at = number("DISK_FAILS_AT");
    failing_with = (int)number("DISK_FAILS_WITH");
    failing_on = (int)number("DISK_FAILS_ON");
}

static enum file named(const char *path) {
    size_t length = strlen(database);
    if (length == 0 || strncmp(path, database, length) != 0) return OTHER;
    if (path[length] == 0) return DATABASE;
    return strcmp(path + length, "-wal") == 0 ? LOG : OTHER;
}

static enum file opened(int descriptor) {
    char link[40], path[PATH_MAX];
    pthread_once(&once, begin);
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = syscall(SYS_readlink, link, path, sizeof path - 1);
    if (length < 0) return OTHER;
    path[length] = 0;
    return named(path);
}

static int fails(enum operation operation, enum file file) {
    if (!file || failing != operation) return 0;
    long count = __atomic_add_fetch(&operations, 1, __ATOMIC_RELAXED);
    if (count != failing_at && !(failing_on && count > failing_at)) return 0;
    errno = failing_with;
    return 1;
}

static void note(enum operation operation, enum file file, uint64_t offset, const void *bytes, size_t length) {
    if (!file || record < 0) return;
    struct header header = {.operation = operation, .file = file, .offset = offset, .length = length};
    struct iovec parts[2] = {{&header, sizeof header}, {(void *)bytes, length}};
    ssize_t whole = (ssize_t)(sizeof header + length);
    int failure = errno;
    pthread_mutex_lock(&order);
    if (writev(record, parts, length ? 2 : 1) != whole) {
        fputs("recorder: the record cannot be written\n", stderr);
        _exit(99);
    }
    pthread_mutex_unlock(&order);
    errno = failure;
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t length, off64_t offset) {
    enum file file = opened(descriptor);
    if (fails(WRITE, file)) {
        if (failing_with == ENOSPC) syscall(SYS_pwrite64, descriptor, bytes, length / 2, offset);
        errno = failing_with;
        return -1;
    }
    ssize_t written = syscall(SYS_pwrite64, descriptor, bytes, length, offset);
    if (written > 0) note(WRITE, file, (uint64_t)offset, bytes, (size_t)written);
    return written;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t length, off_t offset) {
    return pwrite64(descriptor, bytes, length, offset);
}

int ftruncate64(int descriptor, off64_t length) {
    enum file file = opened(descriptor);
    if (fails(TRUNCATE, file)) return -1;
    int result = (int)syscall(SYS_ftruncate, descriptor, length);
    if (result == 0) note(TRUNCATE, file, (uint64_t)length, NULL, 0);
    return result;
}

int ftruncate(int descriptor, off_t length) { return ftruncate64(descriptor, length); }

static int synchronised(int descriptor, long call) {
    enum file file = opened(descriptor);
    if (fails(SYNCHRONISE, file)) return -1;
    int result = (int)syscall(call, descriptor);
    if (result == 0) note(SYNCHRONISE, file, 0, NULL, 0);
    return result;
}

int fdatasync(int descriptor) { return synchronised(descriptor, SYS_fdatasync); }

int fsync(int descriptor) { return synchronised(descriptor, SYS_fsync); }

int unlink(const char *path) {
    pthread_once(&once, begin);
    int result = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    enum file file = named(path);
    if (result == 0) note(REMOVE, file, 0, NULL, 0);
    return result;
}
