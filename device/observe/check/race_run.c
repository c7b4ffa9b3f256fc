/* SPDX-License-Identifier: MIT */
/* Data races: rows whose items step evenly, entered into the cells as runs or as lines.
 */
#include "race.h"

static unsigned log2_of(uint32_t value)
{
    return value < 2 ? 0 : 31u - (unsigned)__builtin_clz(value);
}

#define NEWS       2u /* runs after which a site is thought to bring nothing else */
#define NEWS_AGAIN 8u /* and so many later it is asked again */

/* Whether reading the run brings the cells no news; that of sites that mostly bring some
 * is not asked. */
static bool is_no_news(uint8_t *news, struct cells *cells, const struct order_view *view,
                       const struct cell_run *run)
{
    if (*news >= NEWS && *news < NEWS + NEWS_AGAIN) {
        ++*news;
        return false;
    }
    if (cells_know(cells, view, run))
        *news = 0;
    else
        *news = (uint8_t)(*news < NEWS ? *news + 1u : NEWS);
    return *news == 0;
}

/* Whether it is entered, and no race at a glance. */
static bool enter_run(const struct vgpu_check_row *row, uint32_t site,
                      const struct region *region, struct cells *cells, bool is_store,
                      const struct cell_run *run)
{
    const struct order_view *const view = view_of(row, region);
    struct stripes stripes;
    uintptr_t first;
    bool is_good;

    if (!is_shared(row, region))
        return is_store ? cells_write(cells, view, run) : cells_read(cells, view, run);
    if (!is_store && is_no_news(&row->group->targets[site].news, cells, view, run))
        return true;
    first = region->first + (run->first << cells->shift);
    stripes = locks_of(region, cells, first, first + (run->count << cells->shift) - 1);
    stripes_lock(stripes);
    is_good = is_store ? cells_write(cells, view, run) : cells_read(cells, view, run);
    stripes_unlock(stripes);
    return is_good;
}

/* The cells of lanes that step by so many bytes, those between them included. False: they
 * do not lie so that there is a run of them. */
static bool run_of(const struct vgpu_check_row *row, uint32_t site,
                   const struct region *region, const struct cells *cells,
                   uintptr_t first, uint32_t step, uint32_t lane, uint32_t lanes,
                   struct cell_run *run)
{
    const struct vgpu_traced_site *s = site_of(row, site);

    *run = (struct cell_run){
        .first = (first - region->first) >> cells->shift,
        .count = ((size_t)(lanes - 1) * step + s->size) >> cells->shift,
        .segment = row->segment,
        .mark = mark_of(site, lane, s),
        .lane_shift = log2_of(step) - cells->shift,
        .used = step == s->size ? 0 : s->size >> cells->shift,
    };
    return (s->size & (s->size - 1)) == 0 && (step & (step - 1)) == 0 &&
           !(s->flags & VGPU_TRACED_VOLATILE);
}

/* --- Lines of all items side by side: what rows do most. --- */

/* And the first of them is not spread, as others mostly are not then: a hint. */
static inline bool are_lines(const struct vgpu_traced_site *s,
                             const struct region *region, uintptr_t first)
{
    const struct cells *const cells = &region->cells;
    const uintptr_t offset = first - region->first;

    return (s->size & (s->size - 1)) == 0 &&
           has_cells(region, (unsigned)__builtin_ctz(s->size | 4)) &&
           (offset & (((size_t)CELL_LINE << cells->shift) - 1)) == 0 &&
           __atomic_load_n(&cells->spread[(offset >> cells->shift) / CELL_LINE],
                           __ATOMIC_RELAXED) == 0 &&
           !(s->flags & VGPU_TRACED_VOLATILE);
}

enum what { KNOW, READ, WRITE };

/* False: it is not so, or not entered, of some of the lines. */
static inline __attribute__((always_inline)) bool each_line(enum what what,
                                                            struct cells *cells,
                                                            const struct order_view *view,
                                                            const struct cell_run *run)
{
    struct cell_run line = *run;
    bool is_good = true;

    for (size_t i = 0; i < run->count && is_good; i += CELL_LINE) {
        const size_t number = (run->first + i) / CELL_LINE;

        line.mark = run->mark + (uint32_t)(i >> run->lane_shift);
        is_good = what == KNOW   ? cells_line_knows(cells, number, view, &line)
                  : what == READ ? cells_line_read(cells, number, view, &line)
                                 : cells_line_write(cells, number, view, &line);
    }
    return is_good;
}

/* False: some are not entered, by what a glance tells. Not inlined: runs of fewer items
 * go past it. */
static __attribute__((noinline)) bool enter_lines(const struct vgpu_check_row *row,
                                                  uint32_t site,
                                                  const struct vgpu_traced_site *s,
                                                  struct region *region, uintptr_t first)
{
    struct cells *const cells = &region->cells;
    const struct order_view *const view = view_of(row, region);
    const bool is_store = s->kind == VGPU_TRACED_STORE;
    const size_t bytes = VGPU_TRACED_ITEMS * (size_t)s->size;
    const struct cell_run run = {
        .first = (first - region->first) >> cells->shift,
        .count = bytes >> cells->shift,
        .segment = row->segment,
        .mark = mark_of(site, 0, s),
        .lane_shift = (unsigned)__builtin_ctz(s->size) - cells->shift,
    };
    struct stripes stripes;
    bool is_good;

    if (!are_lines(s, region, first))
        return false;
    if (!is_shared(row, region))
        return is_store ? each_line(WRITE, cells, view, &run)
                        : each_line(READ, cells, view, &run);
    if (!is_store && each_line(KNOW, cells, view, &run))
        return true;
    stripes = stripes_of(first, first + bytes - 1);
    stripes_lock(stripes);
    is_good = is_store ? each_line(WRITE, cells, view, &run)
                       : each_line(READ, cells, view, &run);
    stripes_unlock(stripes);
    return is_good;
}

void race_run(struct vgpu_check_row *row, uint32_t site,
              const struct check_target *target, uintptr_t first, uint32_t lane,
              uint32_t lanes)
{
    const struct vgpu_traced_site *s = site_of(row, site);
    struct region *const region = target->region;
    /* a line has at least so many bytes */
    const bool may_be_lines =
        lanes == VGPU_TRACED_ITEMS && (first - region->first) % CELL_LINE == 0;

    if (!may_be_lines || !enter_lines(row, site, s, region, first))
        race_steps(row, site, target, first, s->size, lane, lanes);
}

void race_steps(struct vgpu_check_row *row, uint32_t site,
                const struct check_target *target, uintptr_t first, uint32_t step,
                uint32_t lane, uint32_t lanes)
{
    const struct vgpu_traced_site *s = site_of(row, site);
    struct cells *cells = cells_of(row->group, target->region, first, s->size);
    uintptr_t addresses[VGPU_TRACED_ITEMS];
    struct cell_run run;

    if (!cells)
        return;
    if (run_of(row, site, target->region, cells, first, step, lane, lanes, &run) &&
        enter_run(row, site, target->region, cells, s->kind == VGPU_TRACED_STORE, &run))
        return;
    for (uint32_t i = 0; i < lanes; i++)
        addresses[lane + i] = first + (uintptr_t)i * step;
    race_items(row, site, target, (lanes == 32 ? ~0u : (1u << lanes) - 1) << lane,
               addresses);
}
