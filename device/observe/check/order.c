/* SPDX-License-Identifier: MIT */
/* What comes before what: commands, launches, groups and their barriers.
 *
 * Segments are numbers that only grow. A group runs from its start to its end while it
 * holds order_lock, so its segments are one range, of which row i of n has those that are
 * i beyond a multiple of n; so a segment tells the row. */
#include "state.h"

#include "finding.h"

#include <stdlib.h>
#include <string.h>

/* Groups that ran, in order; the oldest are forgotten. */
#define MAX_GROUPS   (1u << 20)
#define LAST_SEGMENT 0xf0000000u
#define LAUNCHES     VGPU_CHECK_RECENT

struct group_record {
    uint32_t first_segment, stride;
    uint32_t launch; /* its number */
    uint64_t linear;
};

static pthread_mutex_t order_lock = PTHREAD_MUTEX_INITIALIZER; /* guards what follows */
static uint32_t next_segment = 1, forgotten_below = 1;
static uint32_t next_launch = 1, num_running;
static struct check_launch_record launches[LAUNCHES]; /* by number */
static struct group_record *groups;
static size_t num_groups, room_groups;
static uint32_t first_serial; /* of groups[0] */

static atomic_ullong host_clock = 1, last_serial;

/* --- Commands. --- */

void vgpu_check_order_new(struct vgpu_check_order *order, bool is_kernel)
{
    memset(order, 0, sizeof *order);
    order->serial = is_kernel ? atomic_fetch_add(&last_serial, 1) + 1 : 0;
    order->enqueued = atomic_load(&host_clock);
}

void vgpu_check_order_after(struct vgpu_check_order *second,
                            const struct vgpu_check_order *first)
{
    for (unsigned i = 0; i < VGPU_CHECK_RECENT / 64; i++)
        second->before[i] |= first->before[i];
    if (first->serial)
        second->before[first->serial % VGPU_CHECK_RECENT / 64] |= (uint64_t)1
                                                                  << first->serial % 64;
}

void vgpu_check_host_waited(void)
{
    if (vgpu_check_is_on(VGPU_CHECK_race))
        atomic_fetch_add(&host_clock, 1);
}

/* --- Launches. --- */

static bool is_launch_before(const struct check_launch_record *first,
                             const struct check_launch_record *second,
                             const uint64_t *before)
{
    if (first->serial == 0 || second->serial == 0 || first->ended < second->enqueued)
        return true;
    if (first->serial + VGPU_CHECK_RECENT <= second->serial)
        return true;
    /* A bit stands for the newest launch of its place; those that were made later than
     * the second cannot have set it. */
    return first->serial < second->serial &&
           (before[first->serial % VGPU_CHECK_RECENT / 64] >> first->serial % 64 & 1);
}

static void forget_all(void)
{
    sync_clear();
    forgotten_below = next_segment;
    first_serial += (uint32_t)num_groups;
    num_groups = 0;
}

struct check_launch_record *order_launch_begin(const struct vgpu_check_launch *launch,
                                               const struct vgpu_check_order *order,
                                               uint32_t *floor_out)
{
    struct check_launch_record *record;

    pthread_mutex_lock(&order_lock);
    if (num_running == 0 && sync_is_full())
        forget_all();
    record = &launches[next_launch % LAUNCHES];
    if (record->number != 0 && record->ended == UINT64_MAX) { /* so many at a time */
        pthread_mutex_unlock(&order_lock);
        return NULL;
    }
    memset(record, 0, sizeof *record);
    record->number = next_launch++;
    record->first_segment = next_segment;
    record->kernel = launch->kernel;
    record->ended = UINT64_MAX;
    if (order) {
        record->serial = order->serial;
        record->enqueued = order->enqueued;
    }
    memcpy(record->global_offset, launch->launch->global_offset, sizeof(size_t[3]));
    memcpy(record->global_size, launch->launch->global_size, sizeof(size_t[3]));
    memcpy(record->local_size, launch->launch->local_size, sizeof(size_t[3]));
    for (unsigned d = 0; d < 3; d++)
        record->num_groups[d] =
            (record->global_size[d] + record->local_size[d] - 1) / record->local_size[d];
    *floor_out = next_segment;
    for (unsigned i = 0; i < LAUNCHES; i++)
        if (launches[i].number != 0 && &launches[i] != record &&
            launches[i].first_segment < *floor_out &&
            !is_launch_before(&launches[i], record, launch->before))
            *floor_out = launches[i].first_segment;
    num_running++;
    pthread_mutex_unlock(&order_lock);
    return record;
}

void order_launch_end(struct check_launch_record *record)
{
    pthread_mutex_lock(&order_lock);
    record->ended = atomic_load(&host_clock);
    num_running--;
    if (num_running == 0)
        sync_clear(); /* what launches know of each other is in their commands */
    pthread_mutex_unlock(&order_lock);
}

/* --- Groups. --- */

/* Half of the groups, the older ones, are not told of any more. */
static void forget_half(void)
{
    const size_t half = num_groups / 2;

    forgotten_below = groups[half].first_segment;
    memmove(groups, groups + half, (num_groups - half) * sizeof *groups);
    num_groups -= half;
    first_serial += (uint32_t)half;
}

static void add_group(const struct vgpu_check_group *group)
{
    if (num_groups == MAX_GROUPS)
        forget_half();
    if (num_groups == room_groups) {
        const size_t more = room_groups ? 2 * room_groups : 1024;
        struct group_record *grown = realloc(groups, more * sizeof *groups);
        if (!grown) {
            if (num_groups < 2)
                return;
            forget_half();
        } else {
            groups = grown;
            room_groups = more;
        }
    }
    groups[num_groups++] = (struct group_record){group->first_segment, group->num_rows,
                                                 group->launch->number, group->linear};
}

static void set_views(struct vgpu_check_group *group)
{
    const uint32_t floor =
        group->launch->floor > forgotten_below ? group->launch->floor : forgotten_below;

    group->global = (struct order_view){floor, group->first_segment, 0};
    group->local = (struct order_view){group->first_segment, group->first_segment, 0};
}

/* A new segment for each row; the first of them is their number 0's. */
static void begin_segments(struct vgpu_check_group *group)
{
    const uint32_t beyond = (next_segment - group->first_segment) % group->num_rows;

    if (beyond)
        next_segment += group->num_rows - beyond;
    for (uint32_t i = 0; i < group->num_rows; i++)
        group->rows[i].segment = next_segment++;
}

void order_group_begin(struct vgpu_check_group *group)
{
    pthread_mutex_lock(&order_lock);
    if (next_segment >= LAST_SEGMENT) {
        /* Shadows still hold high numbers, which order nothing wrongly: they are below
         * no floor, but their authors are not known, so no race is told of them. */
        next_segment = 1;
        forget_all();
    }
    if (sync_is_full())
        forget_all();
    group->first_segment = next_segment;
    add_group(group);
    group->serial = first_serial + (uint32_t)num_groups - 1;
    group->barrier_segment = 0;
    set_views(group);
    begin_segments(group);
}

void order_group_end(struct vgpu_check_group *group)
{
    (void)group;
    pthread_mutex_unlock(&order_lock);
}

void order_new_segment(struct vgpu_check_row *row)
{
    const uint32_t first = row->group->first_segment, rows = row->group->num_rows;
    const uint32_t beyond = (next_segment - first) % rows;

    next_segment +=
        beyond <= row->index ? row->index - beyond : rows - beyond + row->index;
    row->segment = next_segment++;
}

void order_barrier(struct vgpu_check_group *group, bool global, bool local)
{
    begin_segments(group);
    group->barrier_segment = group->rows[0].segment;
    if (global)
        group->global.ordered = group->rows[0].segment - group->first_segment;
    if (local)
        group->local.floor = group->rows[0].segment;
}

static const struct group_record *record_of(uint32_t segment, uint32_t *serial_out)
{
    size_t low = 0, high = num_groups;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (groups[middle].first_segment <= segment)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || segment >= next_segment)
        return NULL;
    *serial_out = first_serial + (uint32_t)low - 1;
    return &groups[low - 1];
}

bool order_author(const struct vgpu_check_row *row, uint32_t segment, uint32_t lane,
                  struct order_author *author)
{
    const struct vgpu_check_group *group = row->group;
    const struct group_record *record = record_of(segment, &author->serial);
    uint32_t index;

    if (!record)
        return false;
    author->launch = &launches[record->launch % LAUNCHES];
    if (author->launch->number != record->launch)
        return false;
    index = (segment - record->first_segment) % record->stride;
    author->linear = record->linear;
    author->segment = segment;
    author->same_launch = record->launch == group->launch->number;
    author->same_group = author->serial == group->serial;
    author->same_row = author->same_group && index == row->index;
    /* Rows of one kernel are of one size, but the last. */
    author->item =
        (author->same_group ? group->rows[index].first : index * group->rows[0].count) +
        lane;
    return true;
}

/* Also what the item's newest atomics saw, though no fence followed: locks work without
 * one where memory is coherent, and people write them so. */
static bool has_seen(const struct vgpu_check_row *row, uint32_t lane,
                     const struct order_author *author)
{
    const uint32_t item = author->item + 1;

    if (!row->sync)
        return false;
    if (sync_knows(row->sync->known[lane], author->serial, item, author->segment))
        return true;
    for (unsigned i = 0; i < CHECK_RECENT_ATOMICS; i++) {
        const struct check_recent *recent = &row->sync->recent[lane][i];
        if ((row->group->launch->table->sites[recent->site].flags & VGPU_TRACED_WRITES) &&
            sync_knows(recent->seen, author->serial, item, author->segment))
            return true;
    }
    return false;
}

bool order_is_before(const struct vgpu_check_row *row, uint32_t lane,
                     const struct order_author *author, uint32_t author_lane)
{
    if (!author->same_launch &&
        is_launch_before(author->launch, row->group->launch->record,
                         row->group->launch->before))
        return true;
    if (author->same_row &&
        (author_lane == lane || author->segment < row->ordered_within))
        return true;
    return has_seen(row, lane, author);
}
