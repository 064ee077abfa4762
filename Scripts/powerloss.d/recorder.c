// Preloaded into the server: writes down, in their order, the operations by which SQLite changes the database file
// and its log. RECORD_DATABASE names the file, RECORD_LOG the record.
//
// Each operation is one header and its bytes, appended by one call, so that the record's length tells a client what
// had been done before it was answered. A synchronisation is written down after it has returned.

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
enum operation { WRITE = 'w', TRUNCATE = 't', SYNCHRONISE = 's', REMOVE = 'r' };

struct header {
    uint8_t operation, file, unused[6];
    uint64_t offset, length;
};

static char database[PATH_MAX];
static int record = -1;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

static void begin(void) {
    const char *path = getenv("RECORD_LOG"), *name = getenv("RECORD_DATABASE");
    if (!path || !name) return;
    snprintf(database, sizeof database, "%s", name);
    record = (int)syscall(SYS_openat, AT_FDCWD, path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
}

static enum file named(const char *path) {
    size_t length = strlen(database);
    if (record < 0 || strncmp(path, database, length) != 0) return OTHER;
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

static void note(enum operation operation, enum file file, uint64_t offset, const void *bytes, size_t length) {
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
    ssize_t written = syscall(SYS_pwrite64, descriptor, bytes, length, offset);
    enum file file = opened(descriptor);
    if (file && written > 0) note(WRITE, file, (uint64_t)offset, bytes, (size_t)written);
    return written;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t length, off_t offset) {
    return pwrite64(descriptor, bytes, length, offset);
}

int ftruncate64(int descriptor, off64_t length) {
    int result = (int)syscall(SYS_ftruncate, descriptor, length);
    enum file file = opened(descriptor);
    if (file && result == 0) note(TRUNCATE, file, (uint64_t)length, NULL, 0);
    return result;
}

int ftruncate(int descriptor, off_t length) { return ftruncate64(descriptor, length); }

static int synchronised(int descriptor, int result) {
    enum file file = opened(descriptor);
    if (file && result == 0) note(SYNCHRONISE, file, 0, NULL, 0);
    return result;
}

int fdatasync(int descriptor) { return synchronised(descriptor, (int)syscall(SYS_fdatasync, descriptor)); }

int fsync(int descriptor) { return synchronised(descriptor, (int)syscall(SYS_fsync, descriptor)); }

int unlink(const char *path) {
    pthread_once(&once, begin);
    int result = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    enum file file = named(path);
    if (file && result == 0) note(REMOVE, file, 0, NULL, 0);
    return result;
}
