/* SPDX-License-Identifier: MIT */
/* XXH3-128. */
#include "hash.h"

#include <inttypes.h>
#include <stdio.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

struct vgpu_hash vgpu_hash_of(const void *bytes, size_t size)
{
    const XXH128_hash_t hash = XXH3_128bits(size ? bytes : "", size);

    return (struct vgpu_hash){{hash.low64, hash.high64}};
}

void vgpu_hash_print(struct vgpu_hash hash, char text_out[VGPU_HASH_DIGITS + 1])
{
    snprintf(text_out, VGPU_HASH_DIGITS + 1, "%016" PRIx64 "%016" PRIx64, hash.words[1],
             hash.words[0]);
}
