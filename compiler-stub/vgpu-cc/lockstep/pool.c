/* SPDX-License-Identifier: MIT */
/* Memory of one compilation, and maps of pointers in it. */
#include "lockstep/pool.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define BLOCK_BYTES ((size_t)64 << 10)
#define ALIGNMENT   ((size_t)16)

struct vgpu_cc_pool_block {
    struct vgpu_cc_pool_block *next;
    size_t used, size;
    _Alignas(16) char bytes[];
};

static void *checked(void *memory)
{
    if (!memory) {
        fputs("vgpu-cc: out of memory\n", stderr);
        exit(EXIT_FAILURE);
    }
    return memory;
}

void *vgpu_cc_pool_alloc(struct vgpu_cc_pool *pool, size_t count, size_t size)
{
    struct vgpu_cc_pool_block *block = pool->blocks;
    size_t bytes;
    void *memory;

    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2)
        checked(NULL);
    bytes = (bytes + ALIGNMENT) & ~(ALIGNMENT - 1); /* never 0 */
    if (!block || block->size - block->used < bytes) {
        const size_t room = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;

        block = checked(calloc(1, sizeof *block + room));
        block->size = room;
        block->next = pool->blocks;
        pool->blocks = block;
    }
    memory = block->bytes + block->used;
    block->used += bytes;
    return memory;
}

void vgpu_cc_pool_fini(struct vgpu_cc_pool *pool)
{
    while (pool->blocks) {
        struct vgpu_cc_pool_block *const next = pool->blocks->next;

        free(pool->blocks);
        pool->blocks = next;
    }
}

struct vgpu_cc_index_row {
    const void *key; /* NULL: free */
    int value;
};

static struct vgpu_cc_index_row *find_row(const struct vgpu_cc_index *index,
                                          const void *key)
{
    const size_t mask = index->capacity - 1;
    size_t at =
        (size_t)(((uintptr_t)key >> 4) * UINT64_C(0x9e3779b97f4a7c15) >> 20) & mask;

    while (index->rows[at].key && index->rows[at].key != key)
        at = (at + 1) & mask;
    return &index->rows[at];
}

int vgpu_cc_index_get(const struct vgpu_cc_index *index, const void *key)
{
    const struct vgpu_cc_index_row *row;

    if (index->count == 0)
        return -1;
    row = find_row(index, key);
    return row->key ? row->value : -1;
}

static void grow(struct vgpu_cc_index *index)
{
    const struct vgpu_cc_index old = *index;

    index->capacity = old.capacity ? 2 * old.capacity : 64;
    index->rows = vgpu_cc_pool_alloc(index->pool, index->capacity, sizeof *index->rows);
    for (size_t i = 0; i < old.capacity; i++)
        if (old.rows[i].key)
            *find_row(index, old.rows[i].key) = old.rows[i];
}

void vgpu_cc_index_set(struct vgpu_cc_index *index, const void *key, int value)
{
    struct vgpu_cc_index_row *row;

    if (2 * index->count >= index->capacity)
        grow(index);
    row = find_row(index, key);
    index->count += row->key == NULL;
    row->key = key;
    row->value = value;
}
