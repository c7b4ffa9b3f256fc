/* SPDX-License-Identifier: MIT */
/* What entering accesses into the cells has in common: races of items (race.c), and of
 * rows whose items step evenly (race_run.c).
 *
 * Groups that run side by side lock the cells that they change. Reads that add nothing to
 * what the cells hold need no lock: most reads of what all groups read are such. What
 * orders accesses, and what counts as a race, stands in docs/observers.md. */
#ifndef VGPU_CHECK_RACE_H
#define VGPU_CHECK_RACE_H

#include "finding.h"
#include "stripes.h"
#include "target.h"

static inline uint32_t mark_of(uint32_t site, uint32_t lane,
                               const struct vgpu_traced_site *s)
{
    uint32_t mark = (site % CELL_SITES) << CELL_SITE | lane;

    if (s->kind == VGPU_TRACED_ATOMIC)
        mark |= CELL_ATOMIC;
    if (s->flags & VGPU_TRACED_VOLATILE)
        mark |= CELL_VOLATILE;
    return mark;
}

static inline bool has_cells(const struct region *region, unsigned shift)
{
    return region->cells.block && region->cells.shift <= shift && !region->has_no_cells;
}

/* cells_of - the region's, which are small enough for an access of `size` bytes at the
 * address; made or made smaller where need be. NULL: there is no memory for them. */
struct cells *race_new_cells(struct vgpu_check_group *group, struct region *region,
                             unsigned shift);
static inline struct cells *cells_of(struct vgpu_check_group *group,
                                     struct region *region, uintptr_t address,
                                     uint32_t size)
{
    const uintptr_t all = (address - region->first) | size | 4;
    const unsigned shift = (unsigned)__builtin_ctzll(all);

    return __builtin_expect(has_cells(region, shift), 1)
               ? &region->cells
               : race_new_cells(group, region, shift);
}

static inline const struct order_view *view_of(const struct vgpu_check_row *row,
                                               const struct region *region)
{
    return region->kind == REGION_LOCAL ? &row->group->local : &row->group->global;
}

/* The cells have to be locked. */
static inline bool is_shared(const struct vgpu_check_row *row,
                             const struct region *region)
{
    return !row->group->is_alone && region->kind != REGION_LOCAL;
}

/* Of what lies in the lines of cells of those bytes. */
static inline struct stripes locks_of(const struct region *region,
                                      const struct cells *cells, uintptr_t first,
                                      uintptr_t last)
{
    const uintptr_t line = ((uintptr_t)CELL_LINE << cells->shift) - 1;
    const uintptr_t base = region->first;

    return stripes_of(base + ((first - base) & ~line), base + ((last - base) | line));
}

#endif
