/* SPDX-License-Identifier: MIT */
/* Data races: accesses entered into the cells.
 *
 * Groups that run side by side lock the cells that they change. Reads that add nothing to
 * what the cells hold need no lock: most reads of what all groups read are such. */
#include "finding.h"
#include "stripes.h"
#include "target.h"
#include "unwritten.h"

/* What orders accesses, and what counts as a race, stands in docs/observers.md. */

static uint32_t mark_of(uint32_t site, uint32_t lane, const struct vgpu_traced_site *s)
{
    uint32_t mark = (site % CELL_SITES) << CELL_SITE | lane;

    if (s->kind == VGPU_TRACED_ATOMIC)
        mark |= CELL_ATOMIC;
    if (s->flags & VGPU_TRACED_VOLATILE)
        mark |= CELL_VOLATILE;
    return mark;
}

static unsigned log2_of(uint32_t value)
{
    return value < 2 ? 0 : 31u - (unsigned)__builtin_clz(value);
}

/* The size of cells that an access of `size` bytes at the address asks for. */
static unsigned cell_shift(uintptr_t address, uint32_t size)
{
    const unsigned both = (unsigned)(address | size | 4);

    return (unsigned)__builtin_ctz(both);
}

struct wanted_cells {
    struct region *region;
    unsigned shift;
};

static void make_cells(void *data)
{
    const struct wanted_cells *wanted = data;

    region_cells(wanted->region, wanted->shift);
}

static bool has_cells(const struct region *region, unsigned shift)
{
    return region->cells.block && region->cells.shift <= shift && !region->has_no_cells;
}

static struct cells *new_cells(struct vgpu_check_group *group, struct region *region,
                               unsigned shift)
{
    struct wanted_cells wanted = {region, shift};

    if (region->has_no_cells)
        return NULL;
    if (region->kind == REGION_LOCAL || group->is_alone)
        make_cells(&wanted);
    else
        runner_alone(group->runner, make_cells, &wanted);
    return has_cells(region, shift) ? &region->cells : NULL;
}

/* NULL: there is no memory for them. */
static inline struct cells *cells_of(struct vgpu_check_group *group,
                                     struct region *region, uintptr_t address,
                                     uint32_t size)
{
    const unsigned shift = cell_shift(address - region->first, size);

    return __builtin_expect(has_cells(region, shift), 1)
               ? &region->cells
               : new_cells(group, region, shift);
}

static const struct order_view *view_of(const struct vgpu_check_row *row,
                                        const struct region *region)
{
    return region->kind == REGION_LOCAL ? &row->group->local : &row->group->global;
}

/* Atomics never race with each other, nor with volatile accesses, of which locks are
 * made; volatile ones with each other do, unless they are where something was released.
 */
static bool conflict(uint32_t mine, uint32_t other, uintptr_t address)
{
    if (mine & other & CELL_ATOMIC)
        return false;
    if ((mine & (CELL_ATOMIC | CELL_VOLATILE)) && (other & (CELL_ATOMIC | CELL_VOLATILE)))
        return !((mine | other) & CELL_ATOMIC) && !sync_published(address);
    return true;
}

/* --- Cells, one at a time. --- */

struct cell_access {
    struct vgpu_check_row *row;
    const struct region *region;
    const struct order_view *view;
    struct cells *cells;
    struct check_access access;
    uint32_t mark;
    bool is_shared; /* the cells have to be locked */
};

static bool is_shared(const struct vgpu_check_row *row, const struct region *region)
{
    return !row->group->is_alone && region->kind != REGION_LOCAL;
}

/* There was a barrier between the two, but it did not order them. */
static bool is_fenced_wrong(const struct cell_access *a,
                            const struct order_author *author)
{
    return author->same_group && author->segment < a->row->group->barrier_segment;
}

static bool is_behind_fence(const struct cell_access *a,
                            const struct order_author *author)
{
    return author->same_group && a->region->kind != REGION_LOCAL &&
           author->segment < a->row->group->fenced_segment;
}

/* False: it is ordered after all, or nothing is known of it. */
static bool is_race(const struct cell_access *a, unsigned role, size_t cell,
                    struct order_author *author)
{
    const uint32_t segment = a->cells->segments[role][cell] & CELL_SEGMENT;
    const uint32_t mark = a->cells->marks[role][cell];
    const uint32_t lane = mark & CELL_LANE;

    if (!conflict(a->mark, mark,
                  atomics_address(a->row, a->region,
                                  a->region->first + (cell << a->cells->shift))))
        return false;
    return order_author(a->row, segment, lane, author) && !is_behind_fence(a, author) &&
           !order_is_before(a->row, a->access.lane, author, lane);
}

static void look_for_race(const struct cell_access *a, unsigned role, size_t cell)
{
    struct order_author author;

    if (!is_race(a, role, cell, &author) || sync_is_full())
        return;
    unwritten_forget(a->row->group, a->region->first + (cell << a->cells->shift),
                     1u << a->cells->shift);
    check_report_race(a->row, &a->access, a->region, &author,
                      a->cells->marks[role][cell] |
                          (role == CELL_WRITE ? CELL_WRITES : 0),
                      is_fenced_wrong(a, &author));
}

static void check_role(const struct cell_access *a, unsigned role, size_t cell)
{
    const uint32_t segment = a->cells->segments[role][cell] & CELL_SEGMENT;

    if (is_ordered(a->view, segment) ||
        (segment == a->row->segment &&
         (a->cells->marks[role][cell] & CELL_LANE) == a->access.lane))
        return;
    order_look();
    look_for_race(a, role, cell);
    order_look_end();
}

static void enter(const struct cell_access *a, size_t first, size_t count, bool writes)
{
    cells_spread(a->cells, first, first + count - 1);
    for (size_t cell = first; cell < first + count; cell++) {
        check_role(a, CELL_WRITE, cell);
        if (writes) {
            check_role(a, CELL_READ, cell);
            check_role(a, CELL_READ2, cell);
            a->cells->segments[CELL_WRITE][cell] = a->row->segment;
            a->cells->marks[CELL_WRITE][cell] = a->mark;
        } else {
            const struct cell_reads reads = cell_reads_of(a->cells, cell);
            cell_enter_read(&reads, a->view, a->row->segment, a->mark);
        }
    }
}

/* --- Accesses. --- */

/* Of what lies in the lines of cells of those bytes. */
static struct stripes locks_of(const struct region *region, const struct cells *cells,
                               uintptr_t first, uintptr_t last)
{
    const uintptr_t line = ((uintptr_t)CELL_LINE << cells->shift) - 1;
    const uintptr_t base = region->first;

    return stripes_of(base + ((first - base) & ~line), base + ((last - base) | line));
}

/* All that accesses of a site have in common; lane and address are to be set. Written
 * where it stays: a copy would have to wait for what was just stored. */
static void set_access(struct cell_access *a, struct vgpu_check_row *row, uint32_t site,
                       const struct region *region, struct cells *cells)
{
    a->row = row;
    a->region = region;
    a->view = view_of(row, region);
    a->cells = cells;
    a->access.site = site;
    a->is_shared = is_shared(row, region);
}

/* What plain accesses of many items need, kept in registers: cells are of the same type
 * as what describes them, so compilers would read the latter again behind every store. */
struct quick {
    uint32_t *write, *write_mark, *read, *read_mark, *read2, *read2_mark;
    struct order_view view;
    uint32_t segment;
};

static struct quick quick_of(const struct cell_access *a)
{
    const struct cells *cells = a->cells;

    return (struct quick){
        cells->segments[CELL_WRITE],
        cells->marks[CELL_WRITE],
        cells->segments[CELL_READ],
        cells->marks[CELL_READ],
        cells->segments[CELL_READ2],
        cells->marks[CELL_READ2],
        *a->view,
        a->row->segment,
    };
}

static inline bool is_mine(const struct quick *q, uint32_t segment, uint32_t other,
                           uint32_t mark)
{
    return segment == q->segment && ((other ^ mark) & CELL_LANE) == 0;
}

/* Enters what is no race at a glance. False: it may be one. */
static inline bool read_quickly(const struct quick *q, size_t cell, uint32_t mark)
{
    const struct cell_reads reads = {&q->read[cell], &q->read_mark[cell], &q->read2[cell],
                                     &q->read2_mark[cell]};
    const uint32_t write = q->write[cell];

    if (!is_ordered(&q->view, write) && !is_mine(q, write, q->write_mark[cell], mark))
        return false;
    cell_enter_read(&reads, &q->view, q->segment, mark);
    return true;
}

static inline bool write_quickly(const struct quick *q, size_t cell, uint32_t mark)
{
    const uint32_t write = q->write[cell], read = q->read[cell];
    const uint32_t read2 = q->read2[cell] & CELL_SEGMENT;

    if (!is_ordered(&q->view, write) && !is_mine(q, write, q->write_mark[cell], mark))
        return false;
    if (!is_ordered(&q->view, read) && !is_mine(q, read, q->read_mark[cell], mark))
        return false;
    if (!is_ordered(&q->view, read2) && !is_mine(q, read2, q->read2_mark[cell], mark))
        return false;
    q->write[cell] = q->segment;
    q->write_mark[cell] = mark;
    return true;
}

static void enter_item(struct cell_access *a, const struct vgpu_traced_site *s,
                       uint32_t mark, uintptr_t address, uint32_t lane)
{
    const uintptr_t offset = address - a->region->first;
    const size_t first = offset >> a->cells->shift;
    const size_t last = (offset + s->size - 1) >> a->cells->shift;
    const struct stripes stripes =
        locks_of(a->region, a->cells, address, address + s->size - 1);

    a->access.lane = lane;
    a->access.address = address;
    a->mark = mark + lane;
    if (a->is_shared)
        stripes_lock(stripes);
    enter(a, first, last - first + 1, writes(s));
    if (a->is_shared)
        stripes_unlock(stripes);
}

/* Plain accesses that no other group disturbs; the lanes whose are not entered wholly. */
static inline __attribute__((always_inline)) uint32_t enter_quickly(
    const struct cell_access *a, uint32_t size, bool writes, uint32_t mark,
    uint32_t items, const uintptr_t *addresses)
{
    const struct quick q = quick_of(a);
    const uintptr_t base = a->region->first;
    const unsigned shift = a->cells->shift;
    uint32_t left = 0;

    for (uint32_t rest = items; rest; rest &= rest - 1) {
        const uint32_t lane = (uint32_t)__builtin_ctz(rest);
        const size_t first = (addresses[lane] - base) >> shift;
        const size_t last = (addresses[lane] - base + size - 1) >> shift;

        cells_spread(a->cells, first, last);
        for (size_t cell = first; cell <= last; cell++)
            if (!(writes ? write_quickly(&q, cell, mark + lane)
                         : read_quickly(&q, cell, mark + lane)))
                left |= 1u << lane;
    }
    return left;
}

/* Cells that others change meanwhile may be seen as before or after: both will do. */
__attribute__((no_sanitize("thread"))) static bool is_known(const struct cell_access *a,
                                                            uint32_t size,
                                                            uintptr_t address)
{
    const uintptr_t offset = address - a->region->first;
    const size_t last = (offset + size - 1) >> a->cells->shift;

    for (size_t cell = offset >> a->cells->shift; cell <= last; cell++)
        if (!is_ordered(a->view, cells_segment(a->cells, CELL_WRITE, cell)) ||
            !is_read_known(a->view, cells_segment(a->cells, CELL_READ, cell),
                           cells_segment(a->cells, CELL_READ2, cell)))
            return false;
    return true;
}

static uint32_t enter_plain(const struct cell_access *a, uint32_t size, bool writes,
                            uint32_t mark, uint32_t items, const uintptr_t *addresses)
{
    return writes ? enter_quickly(a, size, true, mark, items, addresses)
                  : enter_quickly(a, size, false, mark, items, addresses);
}

/* The same, of groups side by side: those of a stripe at a time. */
static uint32_t enter_shared(const struct cell_access *a, uint32_t size, bool writes,
                             uint32_t mark, uint32_t items, const uintptr_t *addresses)
{
    uint32_t rest = items, left = 0;

    /* What the first one reads nobody mostly says for all. */
    if (!writes && is_known(a, size, addresses[__builtin_ctz(items)]))
        for (uint32_t r = items; r; r &= r - 1)
            if (is_known(a, size, addresses[__builtin_ctz(r)]))
                rest &= ~(r & -r);
    while (rest) {
        const uintptr_t first = addresses[__builtin_ctz(rest)];
        const struct stripes stripes =
            locks_of(a->region, a->cells, first, first + size - 1);
        uint32_t together = 0;

        for (uint32_t r = rest; r; r &= r - 1) {
            const uintptr_t address = addresses[__builtin_ctz(r)];
            if (!stripes_are_same(
                    stripes, locks_of(a->region, a->cells, address, address + size - 1)))
                break;
            together |= r & -r;
        }
        stripes_lock(stripes);
        left |= enter_plain(a, size, writes, mark, together, addresses);
        stripes_unlock(stripes);
        rest &= ~together;
    }
    return left;
}

void race_items(struct vgpu_check_row *row, uint32_t site,
                const struct check_target *target, uint32_t items,
                const uintptr_t *addresses)
{
    const struct vgpu_traced_site *s = site_of(row, site);
    const uint32_t mark = mark_of(site, 0, s);
    uintptr_t all = 0;
    struct cell_access access;
    struct cells *cells;

    for (uint32_t rest = items; rest; rest &= rest - 1)
        all |= addresses[__builtin_ctz(rest)] - target->region->first;
    all = (all & 3) + target->region->first; /* as if one had all their odd bits */
    cells = cells_of(row->group, target->region, all, s->size);
    if (!cells)
        return;
    set_access(&access, row, site, target->region, cells);
    if (!(mark & (CELL_ATOMIC | CELL_VOLATILE)))
        items = (access.is_shared ? enter_shared : enter_plain)(
            &access, s->size, writes(s), mark, items, addresses);
    for (uint32_t rest = items; rest; rest &= rest - 1) {
        const uint32_t lane = (uint32_t)__builtin_ctz(rest);
        bool advances = false;

        if (mark & (CELL_ATOMIC | CELL_VOLATILE))
            advances =
                atomics_access(row, site, s, target->region, addresses[lane], lane);
        enter_item(&access, s, mark, addresses[lane], lane);
        if (advances)
            order_new_segment(row);
    }
}

void race_place(struct vgpu_check_row *row, uint32_t site,
                const struct check_target *target, uintptr_t address, uint32_t low,
                uint32_t high)
{
    const struct vgpu_traced_site *s = site_of(row, site);
    struct cells *cells = cells_of(row->group, target->region, address, s->size);
    struct cell_access access;
    uintptr_t addresses[VGPU_TRACED_ITEMS];

    if (!cells)
        return;
    set_access(&access, row, site, target->region, cells);
    if (is_known(&access, s->size, address))
        return;
    addresses[low] = addresses[high] = address;
    race_items(row, site, target, 1u << low | 1u << high, addresses);
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

void race_run(struct vgpu_check_row *row, uint32_t site,
              const struct check_target *target, uintptr_t first, uint32_t lane,
              uint32_t lanes)
{
    race_steps(row, site, target, first, site_of(row, site)->size, lane, lanes);
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
