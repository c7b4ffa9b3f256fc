/* SPDX-License-Identifier: MIT */
/* What is looked at in accesses that lie within bounds: what was written, then races. */
#ifndef VGPU_CHECK_LOOK_H
#define VGPU_CHECK_LOOK_H

#include "target.h"

/* All items of these may access memory.
 *
 * look_at_items - at any addresses; look_at_even - at first + i * step. */
void look_at_items(struct vgpu_check_row *row, uint32_t site,
                   const struct check_target *target, uint32_t items,
                   const uintptr_t *addresses);
void look_at_even(struct vgpu_check_row *row, uint32_t site,
                  const struct check_target *target, uint32_t items, uintptr_t first,
                  int64_t step);

/* look_at_run - `lanes` of these side by side, from `lane` on, which is at `first`.
 * look_at_place - loads of one place by the lanes from `low` to `high`: two tell as much
 * as all. Both of plain accesses that are no atomics. */
void look_at_run(struct vgpu_check_row *row, uint32_t site,
                 const struct check_target *target, uintptr_t first, uint32_t lane,
                 uint32_t lanes);
void look_at_place(struct vgpu_check_row *row, uint32_t site,
                   const struct check_target *target, uintptr_t address, uint32_t low,
                   uint32_t high);

/* look_at_runs - the same of `items`, each i at first + i * the site's size. */
void look_at_runs(struct vgpu_check_row *row, uint32_t site,
                  const struct check_target *target, uintptr_t first, uint32_t items);

/* Items i at first + i % line * step + i / line * pitch. */
struct check_lines {
    uintptr_t first;
    int64_t step, pitch;
    uint32_t line;
};

/* check_line - the items of the line that begins with `lane`. */
static inline uint32_t check_line(const struct check_lines *lines, uint32_t lane)
{
    return ~0u >> (VGPU_TRACED_ITEMS - lines->line) << lane;
}

/* look_at_lines - the same, of those. */
void look_at_lines(struct vgpu_check_row *row, uint32_t site,
                   const struct check_target *target, uint32_t items,
                   const struct check_lines *lines);

#endif
