#pragma once

/// Makes the C library keep few pools of memory, and give back what is freed.
///
/// Does nothing where the library is not glibc. To be called once, before there are threads.
void parley_memory_settle(void);
