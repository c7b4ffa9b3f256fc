/* SPDX-License-Identifier: MIT */
/* Data races: accesses of items at any addresses, entered into the cells. */
#include "race.h"

#include "unwritten.h"

struct wanted_cells {
    struct region *region;
    unsigned shift;
};

static void make_cells(void *data)
{
    const struct wanted_cells *wanted = data;

    region_cells(wanted->region, wanted->shift);
}

struct cells *race_new_cells(struct vgpu_check_group *group, struct region *region,
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

/* Plain accesses that no other group disturbs, of one cell or of several each; the lanes
 * whose are not entered wholly. */
static inline __attribute__((always_inline)) uint32_t enter_quickly(
    const struct cell_access *a, uint32_t size, bool is_one, bool writes, uint32_t mark,
    uint32_t items, const uintptr_t *addresses)
{
    const struct quick q = quick_of(a);
    const uintptr_t base = a->region->first;
    const unsigned shift = a->cells->shift;
    const uint8_t *const spread = a->cells->spread;
    uint32_t left = 0;

    for (uint32_t rest = items; rest; rest &= rest - 1) {
        const uint32_t lane = (uint32_t)__builtin_ctz(rest);
        const size_t first = (addresses[lane] - base) >> shift;
        const size_t last = is_one ? first : (addresses[lane] - base + size - 1) >> shift;

        cells_spread_of(a->cells, spread, first, last);
        for (size_t cell = first;; cell++) {
            if (!(writes ? write_quickly(&q, cell, mark + lane)
                         : read_quickly(&q, cell, mark + lane)))
                left |= 1u << lane;
            if (is_one || cell == last)
                break;
        }
    }
    return left;
}

/* Cells that others change meanwhile may be seen as before or after: both will do. */
#define RACES __attribute__((no_sanitize("thread")))

RACES static inline bool is_cell_known(const struct cells *cells,
                                       const struct order_view *view, size_t cell)
{
    const struct cell_segments seen = cells_segments(cells, cell);

    return is_ordered(view, seen.of[CELL_WRITE]) &&
           is_read_known(view, seen.of[CELL_READ], seen.of[CELL_READ2]);
}

RACES static bool is_known(const struct cell_access *a, uint32_t size, uintptr_t address)
{
    const uintptr_t offset = address - a->region->first;
    const size_t last = (offset + size - 1) >> a->cells->shift;

    for (size_t cell = offset >> a->cells->shift; cell <= last; cell++)
        if (!is_cell_known(a->cells, a->view, cell))
            return false;
    return true;
}

/* Those whose reading adds nothing; none where the first one's adds something, which
 * mostly speaks for all. */
RACES static uint32_t known_items(const struct cell_access *a, uint32_t size,
                                  uint32_t items, const uintptr_t *addresses)
{
    const struct cells cells = *a->cells;
    const struct order_view view = *a->view;
    const uintptr_t base = a->region->first;
    uint32_t known = 0;

    if (!is_known(a, size, addresses[__builtin_ctz(items)]))
        return 0;
    for (uint32_t rest = items; rest; rest &= rest - 1) {
        const uintptr_t address = addresses[__builtin_ctz(rest)];

        if (size == 1u << cells.shift
                ? is_cell_known(&cells, &view, (address - base) >> cells.shift)
                : is_known(a, size, address))
            known |= rest & -rest;
    }
    return known;
}

static uint32_t enter_plain(const struct cell_access *a, uint32_t size, bool writes,
                            uint32_t mark, uint32_t items, const uintptr_t *addresses)
{
    if (size == 1u << a->cells->shift)
        return writes ? enter_quickly(a, size, true, true, mark, items, addresses)
                      : enter_quickly(a, size, true, false, mark, items, addresses);
    return writes ? enter_quickly(a, size, false, true, mark, items, addresses)
                  : enter_quickly(a, size, false, false, mark, items, addresses);
}

/* The same, of groups side by side: those of a stripe at a time. */
static uint32_t enter_shared(const struct cell_access *a, uint32_t size, bool writes,
                             uint32_t mark, uint32_t items, const uintptr_t *addresses)
{
    uint32_t rest = writes ? items : items & ~known_items(a, size, items, addresses);
    uint32_t left = 0;

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
