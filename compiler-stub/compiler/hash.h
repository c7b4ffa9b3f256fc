/* SPDX-License-Identifier: MIT */
/* XXH3-128: what tells contents apart, and says that they are as they were written. */
#ifndef VGPU_HASH_H
#define VGPU_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vgpu_hash {
    uint64_t words[2]; /* low, high */
};

struct vgpu_hash vgpu_hash_of(const void *bytes, size_t size);

static inline bool vgpu_hash_is_same(struct vgpu_hash a, struct vgpu_hash b)
{
    return a.words[0] == b.words[0] && a.words[1] == b.words[1];
}

#define VGPU_HASH_DIGITS 32

/* vgpu_hash_print - 32 hexadecimal digits and a NUL. */
void vgpu_hash_print(struct vgpu_hash hash, char text_out[VGPU_HASH_DIGITS + 1]);

#endif
