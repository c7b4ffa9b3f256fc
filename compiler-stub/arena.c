/* SPDX-License-Identifier: MIT */
/* Memory that is given back all at once, and a hash table of names that lives in it. */
#include "arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "arithmetic.h"

#define CHUNK_SIZE ((size_t)64 << 10)

struct vgpu_arena_chunk {
    struct vgpu_arena_chunk *next;
    size_t size;
    size_t used;
    alignas(max_align_t) char bytes[];
};

struct vgpu_name {
    const char *name; /* NULL: free row */
    size_t length;
    void *value;
};

static struct vgpu_arena_chunk *add_chunk(struct vgpu_arena *arena, size_t size)
{
    struct vgpu_arena_chunk *chunk;

    if (size < CHUNK_SIZE)
        size = CHUNK_SIZE;
    if (size > VGPU_ARENA_LIMIT - arena->total) {
        vgpu_diagnose(
            arena->diagnosis, 0,
            "reading this source takes more than %zu MiB; its macros are too big",
            VGPU_ARENA_LIMIT >> 20);
        return NULL;
    }
    chunk = malloc(sizeof *chunk + size);
    if (!chunk) {
        vgpu_diagnose_no_memory(arena->diagnosis);
        return NULL;
    }
    chunk->size = size;
    chunk->used = 0;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    arena->total += size;
    return chunk;
}

void *vgpu_arena_alloc(struct vgpu_arena *arena, size_t size)
{
    struct vgpu_arena_chunk *chunk = arena->chunks;
    void *memory;

    if (size > VGPU_ARENA_LIMIT)
        size = VGPU_ARENA_LIMIT;
    size = vgpu_round_up(size, alignof(max_align_t));
    if (!chunk || size > chunk->size - chunk->used) {
        chunk = add_chunk(arena, size);
        if (!chunk)
            return NULL;
    }
    memory = chunk->bytes + chunk->used;
    chunk->used += size;
    return memset(memory, 0, size);
}

static void free_chunks(struct vgpu_arena *arena, size_t keep)
{
    while (arena->chunks && arena->total > keep) {
        struct vgpu_arena_chunk *chunk = arena->chunks;
        arena->chunks = chunk->next;
        arena->total -= chunk->size;
        free(chunk);
    }
}

void vgpu_arena_reset(struct vgpu_arena *arena)
{
    free_chunks(arena, CHUNK_SIZE);
    if (arena->chunks)
        arena->chunks->used = 0;
}

void vgpu_arena_fini(struct vgpu_arena *arena)
{
    free_chunks(arena, 0);
}

static size_t hash_of(const char *name, size_t length)
{
    size_t hash = 5381;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)name[i]) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 29;
}

/* The row of that name, or the free row where it would stand. */
static struct vgpu_name *row_of(const struct vgpu_names *names, const char *name,
                                size_t length)
{
    size_t at = hash_of(name, length);
    for (;; at++) {
        struct vgpu_name *row = &names->rows[at & (names->capacity - 1)];
        if (!row->name || (row->length == length && memcmp(row->name, name, length) == 0))
            return row;
    }
}

void *vgpu_names_get(const struct vgpu_names *names, const char *name, size_t length)
{
    return names->count ? row_of(names, name, length)->value : NULL;
}

static bool grow(struct vgpu_names *names, struct vgpu_arena *arena)
{
    struct vgpu_names bigger = {.capacity = names->capacity ? names->capacity * 2 : 64,
                                .count = names->count};

    bigger.rows = vgpu_arena_alloc(arena, bigger.capacity * sizeof *bigger.rows);
    if (!bigger.rows)
        return false;
    for (size_t i = 0; i < names->capacity; i++) {
        if (names->rows[i].name)
            *row_of(&bigger, names->rows[i].name, names->rows[i].length) = names->rows[i];
    }
    *names = bigger;
    return true;
}

bool vgpu_names_set(struct vgpu_names *names, struct vgpu_arena *arena, const char *name,
                    size_t length, void *value)
{
    struct vgpu_name *row;

    if (names->count >= names->capacity / 2 && !grow(names, arena))
        return false;
    row = row_of(names, name, length);
    names->count += !row->name;
    *row = (struct vgpu_name){name, length, value};
    return true;
}
