/* SPDX-License-Identifier: MIT */
/* What the cache's files share. */
#ifndef VGPU_CACHE_INTERNAL_H
#define VGPU_CACHE_INTERNAL_H

#include "cache.h"
#include "source_name.h"

#define VGPU_CACHE_TEMPORARY "tmp-" /* names of files that are being written */

/* hash, '.', suffix, NUL; or what a source is called. */
#define VGPU_CACHE_NAME_SIZE VGPU_SOURCE_NAME_SIZE
_Static_assert(VGPU_CACHE_NAME_SIZE >= VGPU_HASH_DIGITS + 8, "room for each name");

/* With the dot. */
extern const char *const vgpu_cache_suffixes[];
#define VGPU_CACHE_KINDS (VGPU_CACHE_TOOLS + 1)

/* vgpu_cache_limit - VGPU_CACHE_BYTES. */
size_t vgpu_cache_limit(void);

/* vgpu_cache_sweep - brings the folder below the limit, with some room, where it is
 * above; and removes what writers that ended left behind. Files that are not the cache's
 * stay. */
void vgpu_cache_sweep(const struct vgpu_cache *cache);

/* vgpu_cache_random - a number that no other process or thread gets. */
uint64_t vgpu_cache_random(void);

#endif
