#include <stdlib.h>
#include "CParleyMemory.h"

#ifdef __GLIBC__
#include <malloc.h>

/* By default every large piece that is freed makes the library keep larger ones, in the pool of each thread: work that
   moves between threads then holds a multiple of what it needs. Fewer pools would hold less still, but then threads
   wait for each other: with two of them, 16 turns at once are 40 % slower. */
enum { largest_kept_piece = 256 * 1024, kept_at_the_end = 1024 * 1024 };

void parley_memory_settle(void) {
    mallopt(M_MMAP_THRESHOLD, largest_kept_piece);
    mallopt(M_TRIM_THRESHOLD, kept_at_the_end);
}
#else
void parley_memory_settle(void) {}
#endif
