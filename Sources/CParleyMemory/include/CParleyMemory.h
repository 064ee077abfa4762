#pragma once

/// Makes the C library give back memory that is freed.
///
/// Does nothing where the library is not glibc. To be called once, before there are threads.
void parley_memory_settle(void);
