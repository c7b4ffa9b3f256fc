/* SPDX-License-Identifier: MIT */
/* What a request costs a GPU's memory. */
#ifndef VGPU_TRACED_COST_H
#define VGPU_TRACED_COST_H

#include "counts.h"

/* Which words of local memory a phase has asked for: those marked with its number. */
struct vgpu_bank_words {
    uint32_t *marks; /* one per word of local memory */
    uint32_t count, phase;
};

/* vgpu_cost_outside - sectors, lines and bytes of memory outside the compute unit: global
 * and constant. `addresses`: VGPU_TRACED_ITEMS of them, the first `count` of which, at
 * least one, mean something, and those behind are as the last of these. `size` bytes are
 * accessed at each. */
void vgpu_cost_outside(const uintptr_t *addresses, uint32_t count, uint32_t size,
                       struct vgpu_request *request_out);

/* vgpu_cost_dense_outside - the same, where there are `count` of them, each `step` behind
 * the one before, which is at most `size`. */
void vgpu_cost_dense_outside(uintptr_t lowest, uint32_t count, uint32_t step,
                             uint32_t size, struct vgpu_request *request_out);

/* vgpu_cost_local - phases, cycles and banks of local memory. `offsets[i]` is item i's,
 * in bytes from its start; only those of `items` mean anything. */
void vgpu_cost_local(struct vgpu_bank_words *words, const uint32_t *offsets,
                     uint32_t items, uint32_t size, struct vgpu_request *request_out);

/* vgpu_contention - the most of the addresses that are the same; they are as above. */
uint32_t vgpu_contention(const uintptr_t *addresses, uint32_t count);

#endif
