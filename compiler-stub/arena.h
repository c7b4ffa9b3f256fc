/* SPDX-License-Identifier: MIT */
/* Memory that is given back all at once, and a hash table of names that lives in it. */
#ifndef VGPU_ARENA_H
#define VGPU_ARENA_H

#include <stddef.h>

#include "diagnosis.h"

struct vgpu_arena_chunk;

/* Bounded, because what is read may be hostile. Starts as {.diagnosis = ...}. One thread.
 */
struct vgpu_arena {
    struct vgpu_diagnosis *diagnosis;
    struct vgpu_arena_chunk *chunks; /* the newest first */
    size_t total;                    /* bytes taken from malloc */
};

#define VGPU_ARENA_LIMIT ((size_t)256 << 20)

/* vgpu_arena_alloc - zeroed memory, aligned for anything; NULL, with the diagnosis set,
 * where there is none or the arena would pass VGPU_ARENA_LIMIT. */
void *vgpu_arena_alloc(struct vgpu_arena *arena, size_t size);

/* vgpu_arena_reset - everything allocated is gone; a little memory is kept for what
 * comes. */
void vgpu_arena_reset(struct vgpu_arena *arena);
void vgpu_arena_fini(struct vgpu_arena *arena);

/* Names to values. Names are not copied: they outlive the table. Starts as {0}. */
struct vgpu_names {
    struct vgpu_name *rows; /* open addressing; capacity is a power of two */
    size_t count;
    size_t capacity;
};

/* vgpu_names_get - the value, or NULL. */
void *vgpu_names_get(const struct vgpu_names *names, const char *name, size_t length);

/* vgpu_names_set - the value replaces an older one; NULL forgets it. False: no memory,
 * and the arena's diagnosis says so. */
bool vgpu_names_set(struct vgpu_names *names, struct vgpu_arena *arena, const char *name,
                    size_t length, void *value);

#endif
