/* SPDX-License-Identifier: MIT */
/* Requests: accesses to memory that a sub-group's part makes at once, and what a GPU's
 * memory has to do for each. */
#ifndef VGPU_TRACED_REQUESTS_H
#define VGPU_TRACED_REQUESTS_H

#include "parts.h"

/* vgpu_request_new_even - of a shape that is not the site's kept one. */
void vgpu_request_new_even(struct vgpu_row *row, uint32_t site, uint32_t items,
                           uintptr_t first, int64_t step);

/* vgpu_request_even, vgpu_request_any - counts a request of the items, which are there,
 * in one part. What is not of its site's space, or private, is told apart by the
 * addresses where the site's is VGPU_TRACED_GENERIC. */
static inline void vgpu_request_even(struct vgpu_row *row, uint32_t number,
                                     uint32_t items, uintptr_t first, int64_t step)
{
    struct vgpu_traced_shape *const even = &row->counts->shapes[number];
    const uint32_t bits =
        step == 0 ? row->counts->sites[number].common_phase : VGPU_TRACED_PHASE;

    if (__builtin_expect(even->items == items && even->step == step &&
                             ((even->phase ^ (uint32_t)first) & bits) == 0,
                         1))
        even->repeats++;
    else
        vgpu_request_new_even(row, number, items, first, step);
}

void vgpu_request_any(struct vgpu_row *row, uint32_t site, uint32_t items,
                      const uintptr_t *addresses);

/* vgpu_site_add_shape - adds what is counted in the site's shape to the sums of `to`,
 * which may be another. */
void vgpu_site_add_shape(const struct vgpu_site_counts *site,
                         struct vgpu_site_counts *to);

#endif
