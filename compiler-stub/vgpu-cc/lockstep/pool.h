/* SPDX-License-Identifier: MIT */
/* Memory of one compilation, given back at its end, and maps of pointers in it. Where
 * there is none the process ends: it is a compiler's, not an application's. */
#ifndef VGPU_CC_POOL_H
#define VGPU_CC_POOL_H

#include <stdbool.h>
#include <stddef.h>

struct vgpu_cc_pool {
    struct vgpu_cc_pool_block *blocks;
};

/* vgpu_cc_pool_alloc - zeroed, aligned for anything. */
void *vgpu_cc_pool_alloc(struct vgpu_cc_pool *pool, size_t count, size_t size);
void vgpu_cc_pool_fini(struct vgpu_cc_pool *pool);

/* From pointers to indices. Starts as {.pool = ...}. */
struct vgpu_cc_index {
    struct vgpu_cc_pool *pool;
    struct vgpu_cc_index_row *rows;
    size_t capacity, count;
};

/* vgpu_cc_index_get - or -1. */
int vgpu_cc_index_get(const struct vgpu_cc_index *index, const void *key);
void vgpu_cc_index_set(struct vgpu_cc_index *index, const void *key, int value);

#endif
