/* SPDX-License-Identifier: MIT */
/* Memory that kernels may reach: buffers, variables of programs, a group's local memory.
 */
#ifndef VGPU_CHECK_REGION_H
#define VGPU_CHECK_REGION_H

#include "cells.h"

#include <pthread.h>
#include <stdatomic.h>

#define REGION_NAME_BYTES 208 /* with a label of the longest kind */
#define REGION_MADE_BYTES 128

enum region_kind { REGION_BUFFER, REGION_VARIABLE, REGION_LOCAL };

/* A part of a buffer that the host has mapped. */
struct region_mapping {
    struct region_mapping *next;
    size_t offset, size;
    bool writes;
};

struct region {
    struct region *next; /* in the list's chains */
    uintptr_t first, end;
    enum region_kind kind;
    bool is_released;
    uint32_t number_of_mapped;       /* mappings; read without a lock: a hint */
    struct region_mapping *mappings; /* guarded by the list's lock */
    /* A byte for each: 1, it was written. NULL: all of it was, or nobody asks. */
    uint8_t *written;
    atomic_bool is_all_written; /* all of these are known to be 1 */
    atomic_uint looks;          /* at `written`, since it was looked at as a whole */
    struct cells cells;         /* block NULL: nobody asks, or none yet */
    bool has_no_cells;          /* there was no memory for them */
    char name[REGION_NAME_BYTES],
        made[REGION_MADE_BYTES]; /* guarded by the list's lock */
};

/* region_find - the region that holds the address, also a released one; NULL: none does.
 * What it returns stays valid memory for good; a released region may, much later, become
 * another. Any thread. */
struct region *region_find(uintptr_t address);

/* region_forget_cells - who accessed what is not known any more. No group runs. */
void region_forget_cells(void);

/* region_generation - changes with each release: regions found before it have to be found
 * again. While a thread is in a group (runner.h), the shadows of released regions stay.
 */
unsigned region_generation(void);

/* region_nearest - the one whose edge is nearest, at most 1 MiB away; else NULL. */
struct region *region_nearest(uintptr_t address);

/* region_variable - the region of a variable of a program, made when it is first seen.
 * NULL: no memory. */
struct region *region_variable(uintptr_t address, size_t size, const char *name);

/* region_describe - `buffer 3 "weights" (4096 bytes, CL_MEM_READ_ONLY)`. */
void region_describe(const struct region *region, char *text, size_t room);

/* region_is_mapped - some of [address, end) is mapped, for writing or, where `by_write`,
 * at all. */
bool region_is_mapped(struct region *region, uintptr_t address, uintptr_t end,
                      bool by_write);

/* region_is_written - all of the region's bytes are known to have been written, or nobody
 * asks. To be called before a look at some; now and then it looks at all. Any thread. */
bool region_look_at_all(struct region *region);
static inline bool region_is_written(struct region *region)
{
    return !region->written ||
           atomic_load_explicit(&region->is_all_written, memory_order_relaxed) ||
           region_look_at_all(region);
}

/* region_cells - the region's cells of at most 1 << shift bytes, made or refined where
 * need be; NULL: there is no memory for them. Only where
 * no other group runs. */
struct cells *region_cells(struct region *region, unsigned shift);

#endif
