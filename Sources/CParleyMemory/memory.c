#include <stdlib.h>
#include "CParleyMemory.h"

#ifdef __GLIBC__
#include <malloc.h>

/* By default each thread gets a pool that keeps what it ever held, and every large piece that is freed makes the
   library keep larger ones: work that moves between threads then holds a multiple of what it needs. */
enum { pools = 2, largest_kept_piece = 256 * 1024, kept_at_the_end = 1024 * 1024 };

void parley_memory_settle(void) {
    mallopt(M_ARENA_MAX, pools);
    mallopt(M_MMAP_THRESHOLD, largest_kept_piece);
    mallopt(M_TRIM_THRESHOLD, kept_at_the_end);
}
#else
void parley_memory_settle(void) {}
#endif
