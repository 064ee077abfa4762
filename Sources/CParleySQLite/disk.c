#include "CParleySQLite.h"
#ifdef __linux__
#include <sys/vfs.h>

int64_t parley_file_system_kind(const char *path) {
    struct statfs facts;
    return statfs(path, &facts) == 0 ? (int64_t)(uint32_t)facts.f_type : -1;
}
#else
int64_t parley_file_system_kind(const char *path) {
    (void)path;
    return -1;
}
#endif
