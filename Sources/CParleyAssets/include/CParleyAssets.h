#pragma once
#include <stddef.h>
#include <stdint.h>

/// A file linked into the executable. `bytes` is aligned to 64 bytes and is never freed.
typedef struct {
    const char *_Nonnull path;
    const uint8_t *_Nonnull bytes;
    size_t count;
} parley_asset;

/// Every file linked into the executable.
const parley_asset *_Nonnull parley_assets(size_t *_Nonnull count);
