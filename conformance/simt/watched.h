/* SPDX-License-Identifier: MIT */
/* A sub-group of a made-up kernel, whose traced calls the tests make. */
#ifndef SIMT_WATCHED_H
#define SIMT_WATCHED_H

#include "observe/requests.h"
#include "observe/unit.h"

struct watched {
    struct vgpu_traced_unit *unit;
    struct vgpu_traced_kernel *kernel;
    struct vgpu_traced_counts *counts;
    const struct vgpu_traced_calls *calls;
    struct vgpu_row row;
};

/* watched_start - a sub-group of so many items, with local memory at `local`. The table
 * is the test's. */
void watched_start(struct watched *watched, const struct vgpu_traced_table *table,
                   uint32_t items, const void *local);

/* watched_block - as traced code does where it enters a block. */
void watched_block(struct watched *watched, uint32_t block, uint32_t items);

/* watched_end - the sub-group has ended; what it counted can be read. */
void watched_end(struct watched *watched);
void watched_fini(struct watched *watched);

#endif
