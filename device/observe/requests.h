/* SPDX-License-Identifier: MIT */
/* Requests: accesses to memory that a sub-group's part makes at once, and what a GPU's
 * memory has to do for each. */
#ifndef VGPU_TRACED_REQUESTS_H
#define VGPU_TRACED_REQUESTS_H

#include "parts.h"

/* Where items access memory: item i at first + i % line * step + i / line * pitch. A line
 * of VGPU_TRACED_ITEMS has pitch 0. */
struct vgpu_row_access {
    uintptr_t first;
    int64_t step, pitch;
    uint32_t line;
};

/* vgpu_access_place - all addresses of an access. */
void vgpu_access_place(const struct vgpu_row_access *access, uintptr_t *addresses);

/* vgpu_request_new_lines - of a pattern that is not the site's kept one. */
void vgpu_request_new_lines(struct vgpu_row *row, uint32_t site, uint32_t items,
                            const struct vgpu_row_access *access);

/* vgpu_request_lines, vgpu_request_any - counts a request of the items, which are there,
 * in one part. What is not of its site's space, or private, is told apart by the
 * addresses where the site's is VGPU_TRACED_GENERIC. */
static inline void vgpu_request_lines(struct vgpu_row *row, uint32_t number,
                                      uint32_t items,
                                      const struct vgpu_row_access *access)
{
    struct vgpu_traced_shape *const pattern = &row->counts->shapes[number];
    const int phase = vgpu_traced_repeat(pattern, items, access->first, access->step,
                                         access->pitch, access->line);

    if (__builtin_expect(phase >= 0, 1))
        pattern->repeats[phase]++;
    else
        vgpu_request_new_lines(row, number, items, access);
}

void vgpu_request_any(struct vgpu_row *row, uint32_t site, uint32_t items,
                      const uintptr_t *addresses);

/* vgpu_site_add_shape - adds what is counted in the site's shape to the sums of `to`,
 * which may be another. */
void vgpu_site_add_shape(const struct vgpu_site_counts *site,
                         struct vgpu_site_counts *to);

#endif
