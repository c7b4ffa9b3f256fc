/* SPDX-License-Identifier: MIT */
/* Data races: accesses entered into the cells, atomics and fences as what orders them. */
#include "state.h"

#include "finding.h"

#include <string.h>

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

static bool site_writes(const struct vgpu_traced_site *s)
{
    return s->kind == VGPU_TRACED_STORE ||
           (s->kind == VGPU_TRACED_ATOMIC && (s->flags & VGPU_TRACED_WRITES));
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

static struct cells *cells_of(struct region *region, uintptr_t address, uint32_t size)
{
    const unsigned shift = cell_shift(address - region->first, size);

    if (region->cells.block && region->cells.shift <= shift)
        return &region->cells;
    return region_cells(region, shift);
}

static const struct order_view *view_of(const struct vgpu_check_row *row,
                                        const struct region *region)
{
    return region->kind == REGION_LOCAL ? &row->group->local : &row->group->global;
}

/* Where atomics meet. Local memory belongs to another group each time. */
static uintptr_t sync_address(const struct vgpu_check_row *row,
                              const struct region *region, uintptr_t address)
{
    return region->kind == REGION_LOCAL
               ? address ^ (uintptr_t)(row->group->serial + 1) << 40
               : address;
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
};

/* There was a barrier between the two, but it did not order them. */
static bool is_fenced_wrong(const struct cell_access *a,
                            const struct order_author *author)
{
    return author->same_group && author->segment < a->row->group->barrier_segment;
}

/* False: it is ordered after all, or nothing is known of it. */
static bool is_race(const struct cell_access *a, unsigned role, size_t cell,
                    struct order_author *author)
{
    const uint32_t segment = a->cells->segments[role][cell];
    const uint32_t mark = a->cells->marks[role][cell];
    const uint32_t lane = mark & CELL_LANE;

    if (is_ordered(a->view, segment) ||
        (segment == a->row->segment && lane == a->access.lane))
        return false;
    if (!conflict(a->mark, mark,
                  sync_address(a->row, a->region,
                               a->region->first + (cell << a->cells->shift))))
        return false;
    return order_author(a->row, segment, lane, author) &&
           !order_is_before(a->row, a->access.lane, author, lane);
}

static void check_role(const struct cell_access *a, unsigned role, size_t cell)
{
    struct order_author author;

    if (!is_race(a, role, cell, &author) || sync_is_full())
        return;
    check_unwritten_forget(a->row->group, a->region->first + (cell << a->cells->shift),
                           1u << a->cells->shift);
    check_report_race(a->row, &a->access, a->region, &author,
                      a->cells->marks[role][cell] |
                          (role == CELL_WRITE ? CELL_WRITES : 0),
                      is_fenced_wrong(a, &author));
}

static inline void set(const struct cell_access *a, unsigned role, size_t cell)
{
    a->cells->segments[role][cell] = a->row->segment;
    a->cells->marks[role][cell] = a->mark;
}

/* The lane's own read, or one that is ordered, makes room for this one. */
static inline bool may_replace(const struct cell_access *a, unsigned role, size_t cell)
{
    const uint32_t segment = a->cells->segments[role][cell];
    const uint32_t mark = a->cells->marks[role][cell];

    return is_ordered(a->view, segment) ||
           (segment == a->row->segment && (mark & CELL_LANE) == a->access.lane);
}

static inline void enter_read(const struct cell_access *a, size_t cell)
{
    if (may_replace(a, CELL_READ, cell))
        set(a, CELL_READ, cell);
    else if (may_replace(a, CELL_READ2, cell))
        set(a, CELL_READ2, cell);
}

static void enter(const struct cell_access *a, size_t first, size_t count, bool writes)
{
    for (size_t cell = first; cell < first + count; cell++) {
        check_role(a, CELL_WRITE, cell);
        if (writes) {
            check_role(a, CELL_READ, cell);
            check_role(a, CELL_READ2, cell);
            set(a, CELL_WRITE, cell);
        } else {
            enter_read(a, cell);
        }
    }
}

/* --- Atomics and fences. --- */

static struct check_recent *recent_of(struct check_row_sync *sync, uint32_t lane,
                                      uintptr_t address)
{
    for (unsigned i = 0; i < CHECK_RECENT_ATOMICS; i++)
        if (sync->recent[lane][i].address == address)
            return &sync->recent[lane][i];
    return NULL;
}

static struct sync_entry group_entry(const struct vgpu_check_group *group, uint32_t bound)
{
    const bool is_any = bound > group->first_segment;

    return (struct sync_entry){sync_key_of(group->serial, SYNC_WHOLE_GROUP),
                               is_any ? bound : 0};
}

static uint32_t group_bound(const struct vgpu_check_group *group)
{
    return group->global.group + group->global.ordered;
}

/* The lane lets others know what it knows, what it did, and what its group did before the
 * last barrier. */
static void publish(struct vgpu_check_row *row, struct check_row_sync *sync,
                    uintptr_t address, uint32_t lane)
{
    const struct sync_entry own = {sync_key_of(row->group->serial, row->first + lane + 1),
                                   row->segment + 1};

    sync_publish(address, sync->known[lane], own,
                 group_entry(row->group, group_bound(row->group)));
}

/* The same, as of the lane's newest fence or barrier. */
static void publish_fenced(struct vgpu_check_row *row, struct check_row_sync *sync,
                           uintptr_t address, uint32_t lane)
{
    const uint32_t bound = sync->fence_bound[lane];
    const struct sync_entry own = {sync_key_of(row->group->serial, row->first + lane + 1),
                                   bound};
    const struct sync_entry none = {0, 0};

    /* What a barrier ordered is the group's, for each of its items alike. */
    sync_publish(address, sync->fenced[lane],
                 bound == sync->group_bound[lane] ? none : own,
                 group_entry(row->group, sync->group_bound[lane]));
}

/* Second half of a lane's atomic or volatile access. True: it released as of now. */
static bool release(struct vgpu_check_row *row, struct check_row_sync *sync,
                    const struct vgpu_traced_site *s, const struct region *region,
                    uintptr_t address, uint32_t lane, bool was_elsewhere)
{
    if (!site_writes(s))
        return false;
    if ((s->flags & VGPU_TRACED_RELEASES) || was_elsewhere) {
        publish(row, sync, address, lane);
        return true;
    }
    if (sync->fence_bound[lane] && (region->kind != REGION_LOCAL ||
                                    sync->fence_bound[lane] != sync->group_bound[lane]))
        publish_fenced(row, sync, address, lane);
    return false;
}

/* A lane's atomic or volatile access. True: the row needs a new segment. */
static bool synchronise(struct vgpu_check_row *row, uint32_t site,
                        const struct vgpu_traced_site *s, const struct region *region,
                        uintptr_t at, uint32_t lane)
{
    const uintptr_t address = sync_address(row, region, at);
    struct check_row_sync *sync = row->sync;
    const struct sync_node *seen;
    struct check_recent *recent;
    bool was_elsewhere;

    /* A volatile access means something only where there are atomics or fences. */
    if (s->kind != VGPU_TRACED_ATOMIC && !sync)
        return false;
    sync = check_row_sync(row);
    if (!sync)
        return false;
    seen = sync_published(address);
    recent = recent_of(sync, lane, address);
    was_elsewhere = recent && recent->site != site;
    if (!recent && (s->kind == VGPU_TRACED_ATOMIC || seen)) {
        recent = &sync->recent[lane][sync->next_recent[lane]++ % CHECK_RECENT_ATOMICS];
        recent->address = address;
    }
    if (recent) {
        recent->site = site;
        recent->seen = seen;
    }
    if ((s->flags & VGPU_TRACED_ACQUIRES) && s->kind == VGPU_TRACED_ATOMIC && seen)
        sync->known[lane] = sync_join(sync->known[lane], seen);
    else if (seen && was_elsewhere && site_writes(s))
        sync->known[lane] = sync_join(sync->known[lane], seen);
    return release(row, sync, s, region, address, lane, was_elsewhere);
}

/* What the lane's recent atomics saw is known from here on. */
static void acquire_seen(struct check_row_sync *sync, uint32_t lane)
{
    for (unsigned i = 0; i < CHECK_RECENT_ATOMICS; i++) {
        sync->known[lane] = sync_join(sync->known[lane], sync->recent[lane][i].seen);
        sync->recent[lane][i].seen = NULL;
    }
}

void race_fence(struct vgpu_check_row *row, uint32_t site, uint32_t items)
{
    const uint16_t flags = row->group->launch->table->sites[site].flags;
    struct check_row_sync *sync = check_row_sync(row);
    /* OpenCL 1.x fences, which say neither, are both. */
    const bool is_both = !(flags & (VGPU_TRACED_ACQUIRES | VGPU_TRACED_RELEASES));

    if (!sync)
        return;
    for (uint32_t rest = items; rest; rest &= rest - 1) {
        const uint32_t lane = (uint32_t)__builtin_ctz(rest);

        if (is_both || (flags & VGPU_TRACED_ACQUIRES))
            acquire_seen(sync, lane);
        if (is_both || (flags & VGPU_TRACED_RELEASES)) {
            sync->fenced[lane] = sync->known[lane];
            sync->fence_bound[lane] = row->segment + 1;
            sync->group_bound[lane] = group_bound(row->group);
        }
    }
    order_new_segment(row);
}

/* Adds what a row's lanes know, and have seen, to `all`. */
static const struct sync_node *gather(struct vgpu_check_row *row,
                                      const struct sync_node *all)
{
    const struct sync_node *last = NULL;

    for (uint32_t lane = 0; lane < row->count; lane++) {
        acquire_seen(row->sync, lane);
        if (row->sync->known[lane] != last)
            all = sync_join(all, row->sync->known[lane]);
        last = row->sync->known[lane];
    }
    return all;
}

void race_barrier(struct vgpu_check_group *group)
{
    const struct sync_node *all = NULL;
    const uint32_t bound = group_bound(group);

    for (uint32_t i = 0; i < group->num_rows; i++)
        if (group->rows[i].sync)
            all = gather(&group->rows[i], all);
    for (uint32_t i = 0; i < group->num_rows; i++) {
        /* Rows without atomics so far may have some later, and release what is known. */
        struct check_row_sync *sync = check_row_sync(&group->rows[i]);
        for (uint32_t lane = 0; sync && lane < group->rows[i].count; lane++) {
            sync->known[lane] = sync->fenced[lane] = all;
            sync->fence_bound[lane] = sync->group_bound[lane] =
                bound > group->first_segment ? bound : 0;
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

static inline bool is_own(const struct quick *q, uint32_t segment, uint32_t other,
                          uint32_t mark)
{
    return segment == q->segment && ((other ^ mark) & CELL_LANE) == 0;
}

/* Enters what is no race at a glance. False: it may be one. */
static inline bool read_quickly(const struct quick *q, size_t cell, uint32_t mark)
{
    const uint32_t write = q->write[cell], read = q->read[cell];

    if (!is_ordered(&q->view, write) && !is_own(q, write, q->write_mark[cell], mark))
        return false;
    if (is_ordered(&q->view, read)) {
        q->read[cell] = q->segment;
        q->read_mark[cell] = mark;
    } else if (is_ordered(&q->view, q->read2[cell]) &&
               !is_own(q, read, q->read_mark[cell], mark)) {
        q->read2[cell] = q->segment;
        q->read2_mark[cell] = mark;
    }
    return true;
}

static inline bool write_quickly(const struct quick *q, size_t cell, uint32_t mark)
{
    const uint32_t write = q->write[cell], read = q->read[cell], read2 = q->read2[cell];

    if (!is_ordered(&q->view, write) && !is_own(q, write, q->write_mark[cell], mark))
        return false;
    if (!is_ordered(&q->view, read) && !is_own(q, read, q->read_mark[cell], mark))
        return false;
    if (!is_ordered(&q->view, read2) && !is_own(q, read2, q->read2_mark[cell], mark))
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

    a->access.lane = lane;
    a->access.address = address;
    a->mark = mark + lane;
    enter(a, first, last - first + 1, site_writes(s));
}

/* Plain accesses; the lanes whose are not entered wholly. */
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

        for (size_t cell = first; cell <= last; cell++)
            if (!(writes ? write_quickly(&q, cell, mark + lane)
                         : read_quickly(&q, cell, mark + lane)))
                left |= 1u << lane;
    }
    return left;
}

void race_items(struct vgpu_check_row *row, uint32_t site,
                const struct check_target *target, uint32_t items,
                const uintptr_t *addresses)
{
    const struct vgpu_traced_site *s = &row->group->launch->table->sites[site];
    const uint32_t mark = mark_of(site, 0, s);
    uintptr_t all = 0;
    struct cell_access access;
    struct cells *cells;

    for (uint32_t rest = items; rest; rest &= rest - 1)
        all |= addresses[__builtin_ctz(rest)] - target->region->first;
    all = (all & 3) + target->region->first; /* as if one had all their odd bits */
    cells = cells_of(target->region, all, s->size);
    if (!cells)
        return;
    set_access(&access, row, site, target->region, cells);
    if (s->kind == VGPU_TRACED_LOAD && !(mark & CELL_VOLATILE))
        items = enter_quickly(&access, s->size, false, mark, items, addresses);
    else if (s->kind == VGPU_TRACED_STORE && !(mark & CELL_VOLATILE))
        items = enter_quickly(&access, s->size, true, mark, items, addresses);
    for (uint32_t rest = items; rest; rest &= rest - 1) {
        const uint32_t lane = (uint32_t)__builtin_ctz(rest);
        bool advances = false;

        if (mark & (CELL_ATOMIC | CELL_VOLATILE))
            advances = synchronise(row, site, s, target->region, addresses[lane], lane);
        enter_item(&access, s, mark, addresses[lane], lane);
        if (advances)
            order_new_segment(row);
    }
}

/* Reads of a cell by two lanes at once. False: a write is not ordered before them. */
static bool read_place(const struct order_view *view, struct cells *cells, size_t cell,
                       uint32_t segment, uint32_t low, uint32_t high)
{
    uint32_t *const *const segments = cells->segments, *const *const marks = cells->marks;
    const bool is_free = is_ordered(view, segments[CELL_READ2][cell]);

    if (!is_ordered(view, segments[CELL_WRITE][cell]))
        return false;
    if (is_ordered(view, segments[CELL_READ][cell])) {
        segments[CELL_READ][cell] = segment;
        marks[CELL_READ][cell] = low;
    } else if (is_free && segments[CELL_READ][cell] == segment &&
               ((marks[CELL_READ][cell] ^ high) & CELL_LANE) == 0) {
        high = low;
    }
    if (is_free) {
        segments[CELL_READ2][cell] = segment;
        marks[CELL_READ2][cell] = high;
    }
    return true;
}

void race_place(struct vgpu_check_row *row, uint32_t site,
                const struct check_target *target, uintptr_t address, uint32_t low,
                uint32_t high)
{
    const struct vgpu_traced_site *s = &row->group->launch->table->sites[site];
    struct cells *cells = cells_of(target->region, address, s->size);
    const struct order_view *view = view_of(row, target->region);
    const uintptr_t offset = address - target->region->first;
    const uint32_t mark = mark_of(site, 0, s);
    uintptr_t addresses[VGPU_TRACED_ITEMS];
    bool is_good = true;

    if (!cells)
        return;
    for (size_t cell = offset >> cells->shift;
         is_good && cell <= (offset + s->size - 1) >> cells->shift; cell++)
        is_good = read_place(view, cells, cell, row->segment, mark + low, mark + high);
    if (is_good)
        return;
    addresses[low] = addresses[high] = address;
    race_items(row, site, target, 1u << low | 1u << high, addresses);
}

void race_run(struct vgpu_check_row *row, uint32_t site,
              const struct check_target *target, uintptr_t first, uint32_t lane,
              uint32_t lanes)
{
    const struct vgpu_traced_site *s = &row->group->launch->table->sites[site];
    struct cells *cells = cells_of(target->region, first, s->size);
    uintptr_t addresses[VGPU_TRACED_ITEMS];
    struct cell_run run;
    bool is_good;

    if (!cells)
        return;
    if ((s->size & (s->size - 1)) == 0 && !(s->flags & VGPU_TRACED_VOLATILE)) {
        run.first = (first - target->region->first) >> cells->shift;
        run.count = (size_t)lanes * s->size >> cells->shift;
        run.segment = row->segment;
        run.mark = mark_of(site, lane, s);
        run.lane_shift = log2_of(s->size) - cells->shift;
        is_good = s->kind == VGPU_TRACED_STORE
                      ? cells_write(cells, view_of(row, target->region), &run)
                      : cells_read(cells, view_of(row, target->region), &run);
        if (is_good)
            return;
    }
    for (uint32_t i = 0; i < lanes; i++)
        addresses[lane + i] = first + (uintptr_t)i * s->size;
    race_items(row, site, target, (lanes == 32 ? ~0u : (1u << lanes) - 1) << lane,
               addresses);
}
