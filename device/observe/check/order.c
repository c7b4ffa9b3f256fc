/* SPDX-License-Identifier: MIT */
/* What comes before what: commands, launches, groups and their barriers.
 *
 * Segments are numbers that only grow, until they are used up: then no group runs, all
 * shadows are forgotten, and they begin anew. A group takes a range of them when it
 * starts, and more when it has used them up; of a range row i of n has those that are i
 * beyond a multiple of n from its start, so a segment tells the row. */
#define _GNU_SOURCE
#include "state.h"

#include "finding.h"

#include <stdlib.h>
#include <string.h>

/* Ranges that groups took, by their first segments; the oldest are forgotten. */
#define MAX_RANGES   (1u << 20)
#define LAST_SEGMENT (CELL_SEGMENT - (1u << 29)) /* behind which no share begins */
#define LAUNCHES     VGPU_CHECK_RECENT

/* How many a row takes: at first, where its kernel has barriers; beyond five quarters of
 * the most that one has used; and when that was too little. Where groups run side by side
 * and one needs more in the midst, further readers may be taken for known that are not.
 */
#define FIRST_SEGMENTS ((1u << 20) / (VGPU_MAX_WORK_GROUP_SIZE / VGPU_TRACED_ITEMS))
#define SPARE_SEGMENTS 8u
#define MORE_SEGMENTS  1024u
#define MOST_SEGMENTS  (1u << 24) /* of a group */

/* For how many groups that follow each other a thread takes segments at once, where it is
 * known how many they need. */
#define SHARE 16u

/* Of a group, or of several with consecutive serials and linear ids. */
struct range_record {
    uint32_t first_segment, stride;
    uint32_t each, num_groups; /* `each`: segments of a group */
    uint32_t launch, slot;     /* its number; in `launches` */
    uint32_t serial;           /* of the first group, as is linear */
    uint64_t linear;
};

/* Taken while a group runs, too, and with cells locked. */
static pthread_mutex_t order_lock =
    PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP; /* guards what follows */
static uint32_t next_segment = 1, forgotten_below = 1;
static uint32_t newest_first = 1; /* the newest launch's first: none goes back below */
static uint32_t next_launch = 1, next_serial;
static struct check_launch_record launches[LAUNCHES]; /* running, and the newest others */
static struct range_record *ranges;
static size_t num_ranges, room_ranges;
/* Written under order_lock: */
static atomic_bool sync_is_stale; /* of groups that are forgotten */
static atomic_uint num_running;   /* launches */
static atomic_uint epoch;         /* changes as groups are forgotten */
static atomic_uint beginnings;    /* of the numbers */

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

static void forget_groups(void)
{
    forgotten_below = next_segment;
    num_ranges = 0;
    sync_is_stale = true;
    epoch++;
}

/* Nothing else runs, or no launch does. */
static void forget_all(void)
{
    forget_groups();
    sync_clear();
    sync_is_stale = false;
}

/* The place of a launch that has ended, the longest ago if possible. NULL: all run. */
static struct check_launch_record *free_record(void)
{
    for (uint32_t i = 0; i < LAUNCHES; i++) {
        struct check_launch_record *const record =
            &launches[(next_launch + i) % LAUNCHES];

        if (record->number == 0 || record->ended != UINT64_MAX)
            return record;
    }
    return NULL;
}

static void describe(struct check_launch_record *record,
                     const struct vgpu_check_launch *launch)
{
    memset(record, 0, sizeof *record);
    record->number = next_launch++;
    record->kernel = launch->kernel;
    record->ended = UINT64_MAX;
    if (launch->order) {
        record->serial = launch->order->serial;
        record->enqueued = launch->order->enqueued;
    }
    memcpy(record->global_offset, launch->launch->global_offset, sizeof(size_t[3]));
    memcpy(record->global_size, launch->launch->global_size, sizeof(size_t[3]));
    memcpy(record->local_size, launch->launch->local_size, sizeof(size_t[3]));
    for (unsigned d = 0; d < 3; d++)
        record->num_groups[d] =
            (record->global_size[d] + record->local_size[d] - 1) / record->local_size[d];
}

/* order_lock is held. */
static void make_record(struct vgpu_check_launch *launch)
{
    struct check_launch_record *record;

    if (num_running == 0 && sync_is_full())
        forget_all();
    record = free_record();
    if (!record)
        return;
    describe(record, launch);
    record->first_segment = record->floor = newest_first = next_segment;
    for (unsigned i = 0; i < LAUNCHES; i++)
        if (launches[i].number != 0 && &launches[i] != record &&
            launches[i].first_segment < record->floor &&
            !is_launch_before(&launches[i], record, launch->before))
            record->floor = launches[i].first_segment;
    num_running++;
    launch->record = record;
}

void order_launch_begin(struct vgpu_check_launch *launch)
{
    if (!launch->has_races || launch->record)
        return;
    pthread_mutex_lock(&order_lock);
    if (!launch->record)
        make_record(launch);
    pthread_mutex_unlock(&order_lock);
}

void order_launch_end(struct check_launch_record *record)
{
    pthread_mutex_lock(&order_lock);
    record->ended = atomic_load(&host_clock);
    if (--num_running == 0)
        sync_clear(); /* what launches know of each other is in their commands */
    pthread_mutex_unlock(&order_lock);
}

/* --- Groups. --- */

/* Half of the ranges, the older ones, are not told of any more. */
static void forget_half(void)
{
    const size_t half = num_ranges / 2;

    forgotten_below = ranges[half].first_segment;
    epoch++;
    memmove(ranges, ranges + half, (num_ranges - half) * sizeof *ranges);
    num_ranges -= half;
}

static void add_record(const struct range_record *record)
{
    if (num_ranges == MAX_RANGES)
        forget_half();
    if (num_ranges == room_ranges) {
        const size_t more = room_ranges ? 2 * room_ranges : 1024;
        struct range_record *grown = realloc(ranges, more * sizeof *ranges);
        if (!grown) {
            if (num_ranges < 2)
                return;
            forget_half();
        } else {
            ranges = grown;
            room_ranges = more;
        }
    }
    ranges[num_ranges++] = *record;
}

static void set_views(struct vgpu_check_group *group, uint32_t floor)
{
    const uint32_t first = group->range.first;

    group->global =
        (struct order_view){floor,
                            first,
                            0,
                            first,
                            group->range.end - first,
                            atomic_load(&group->launch->record)->first_segment};
    group->local = (struct order_view){first, first, 0, 0, UINT32_MAX, 0};
}

/* Of so many segments, for so many groups of which this is the first. order_lock is held.
 */
static uint32_t take_segments(const struct vgpu_check_group *group, uint32_t each,
                              uint32_t count)
{
    const struct check_launch_record *const launch = group->launch->record;
    const uint32_t first = next_segment;

    next_segment += each * count;
    add_record(&(struct range_record){first, group->num_rows, each, count, launch->number,
                                      (uint32_t)(launch - launches), group->serial,
                                      group->linear});
    return first;
}

/* Segments from `first` on, up to the newest one, are not needed. The range that they
 * were taken for goes on up to the next one. order_lock is held. */
static void give_segments_back(uint32_t first)
{
    next_segment = first > newest_first ? first : newest_first;
}

/* The next segments are the first ones. No group runs. */
static void begin_anew(void *data)
{
    (void)data;
    pthread_mutex_lock(&order_lock);
    if (next_segment >= LAST_SEGMENT) {
        next_segment = newest_first = 1;
        forget_all();
        beginnings++;
        for (unsigned i = 0; i < LAUNCHES; i++)
            launches[i].first_segment = launches[i].floor = 1;
        region_forget_cells();
    }
    pthread_mutex_unlock(&order_lock);
}

unsigned order_beginnings(void)
{
    return atomic_load(&beginnings);
}

/* The range is used up, but for less than one for each row. */
static void extend_range(struct vgpu_check_group *group)
{
    const uint32_t before = group->range.end;

    pthread_mutex_lock(&order_lock);
    if (next_segment > CELL_SEGMENT - MORE_SEGMENTS * VGPU_MAX_WORK_GROUP_SIZE) {
        group->range.next = group->range.first; /* for want of any: races are missed */
    } else if (next_segment == before) {
        next_segment += MORE_SEGMENTS * group->num_rows;
        group->range.end = next_segment;
    } else {
        group->range.first = group->range.next =
            take_segments(group, MORE_SEGMENTS * group->num_rows, 1);
        group->range.end = group->range.first + MORE_SEGMENTS * group->num_rows;
        /* What came before the last barrier is now told by fenced_segment. */
        group->global.group = group->global.own = group->range.first;
        group->global.ordered = 0;
    }
    group->global.num_own = group->range.end - group->range.first;
    pthread_mutex_unlock(&order_lock);
}

/* The range's next segment that is the row's, with room for `count` from there on. */
static uint32_t next_of_row(struct vgpu_check_group *group, uint32_t row, uint32_t count)
{
    const uint32_t rows = group->num_rows;
    uint32_t beyond = (group->range.next - group->range.first) % rows;
    uint32_t segment = group->range.next + (row + rows - beyond) % rows;

    if (segment + count > group->range.end) {
        extend_range(group);
        beyond = (group->range.next - group->range.first) % rows;
        segment = group->range.next + (row + rows - beyond) % rows;
    }
    group->range.next = segment + count;
    return segment;
}

/* A new segment for each row; the first of them is their number 0's. */
static void begin_segments(struct vgpu_check_group *group)
{
    const uint32_t first = next_of_row(group, 0, group->num_rows);

    for (uint32_t i = 0; i < group->num_rows; i++)
        group->rows[i].segment = first + i;
}

bool order_wants_alone(const struct vgpu_check_launch *launch)
{
    const struct vgpu_launch *const of = launch->launch;

    return launch->has_races &&
           (launch->kernel->has_sync ||
            ((of->total_groups == 1 || (of->watched && of->watched->is_one_units)) &&
             atomic_load(&num_running) == 1));
}

/* *is_known_out: groups of the kernel mostly need that. */
static uint32_t segments_of_row(const struct vgpu_check_group *group, bool *is_known_out)
{
    const struct check_kernel *const kernel = group->launch->kernel;
    const uint64_t most =
        atomic_load_explicit(&kernel->most_segments, memory_order_relaxed); /* a guess */
    const uint64_t wanted = !kernel->has_segments ? 1
                            : most == 0           ? FIRST_SEGMENTS
                                                  : most + most / 4 + SPARE_SEGMENTS;
    const uint32_t limit = MOST_SEGMENTS / group->num_rows;

    *is_known_out = !kernel->has_segments || most != 0;
    return wanted < limit ? (uint32_t)wanted : limit;
}

/* The group is the next of those that its thread has taken segments for. */
static bool is_next(const struct order_share *share, const struct vgpu_check_group *group,
                    uint32_t each)
{
    return share->left > 0 &&
           share->launch == atomic_load(&group->launch->record)->number &&
           share->next_linear == group->linear && share->stride == group->num_rows &&
           share->each == each && share->epoch == atomic_load(&epoch);
}

/* What the thread has not used of the last one, if nobody has taken any since. */
static void give_share_back(const struct order_share *share)
{
    if (share->left > 0 && share->epoch == atomic_load(&epoch) &&
        share->next_segment + share->left * share->each == next_segment)
        give_segments_back(share->next_segment);
}

/* `count`: groups, at most. False: segments are used up. */
static bool take_share(struct order_share *share, struct vgpu_check_group *group,
                       uint32_t each, uint32_t count)
{
    const struct check_launch_record *const launch = group->launch->record;
    const uint64_t total = group->launch->launch->total_groups;

    if (group->linear < total && total - group->linear < count)
        count = (uint32_t)(total - group->linear);
    pthread_mutex_lock(&order_lock);
    if (group->is_alone && (sync_is_full() || sync_is_stale))
        forget_all();
    give_share_back(share);
    if (next_segment >= LAST_SEGMENT) {
        pthread_mutex_unlock(&order_lock);
        return false;
    }
    group->serial = next_serial;
    next_serial += count;
    *share = (struct order_share){.launch = launch->number,
                                  .stride = group->num_rows,
                                  .each = each,
                                  .next_segment = take_segments(group, each, count),
                                  .next_serial = group->serial,
                                  .left = count,
                                  .next_linear = group->linear};
    share->floor = launch->floor > forgotten_below ? launch->floor : forgotten_below;
    share->epoch = atomic_load(&epoch);
    pthread_mutex_unlock(&order_lock);
    return true;
}

void order_group_begin(struct vgpu_check_group *group)
{
    struct order_share *const share = &group->runner->share;
    bool is_known;
    const uint32_t each = segments_of_row(group, &is_known) * group->num_rows;

    if (!is_next(share, group, each) ||
        (group->is_alone && (sync_is_full() || sync_is_stale)))
        while (!take_share(share, group, each, is_known ? SHARE : 1)) {
            share->left = 0;
            if (group->is_alone)
                begin_anew(NULL);
            else
                runner_alone(group->runner, begin_anew, NULL);
        }
    group->serial = share->next_serial++;
    group->range.first = group->range.next = group->first_segment = share->next_segment;
    group->range.end = share->next_segment += each;
    share->next_linear++;
    share->left--;
    group->barrier_segment = group->fenced_segment = 0;
    set_views(group, share->floor);
    begin_segments(group);
}

/* Groups of a launch mostly use as many segments as each other. */
void order_group_end(struct vgpu_check_group *group)
{
    const uint32_t used = group->range.next - group->range.first;
    const uint32_t each = (used + group->num_rows - 1) / group->num_rows;
    _Atomic uint32_t *const most = &group->launch->kernel->most_segments;
    const bool has_more = group->range.first != group->first_segment;

    if (!has_more && each <= atomic_load(most))
        return;
    pthread_mutex_lock(&order_lock);
    if (next_segment == group->range.end)
        give_segments_back(group->range.next);
    if (has_more)
        *most += each;
    else if (each > *most)
        *most = each;
    pthread_mutex_unlock(&order_lock);
}

void order_new_segment(struct vgpu_check_row *row)
{
    row->segment = next_of_row(row->group, row->index, 1);
}

void order_barrier(struct vgpu_check_group *group, bool global, bool local)
{
    begin_segments(group);
    group->barrier_segment = group->rows[0].segment;
    if (global) {
        group->fenced_segment = group->rows[0].segment;
        group->global.ordered = group->fenced_segment - group->global.group;
    }
    if (local)
        group->local.floor = group->rows[0].segment;
}

void order_look(void)
{
    pthread_mutex_lock(&order_lock);
}

void order_look_end(void)
{
    pthread_mutex_unlock(&order_lock);
}

static const struct range_record *record_of(uint32_t segment)
{
    size_t low = 0, high = num_ranges;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (ranges[middle].first_segment <= segment)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || segment >= next_segment)
        return NULL;
    return &ranges[low - 1];
}

/* Which of the record's groups; the last one's segments may have become more. */
static uint32_t number_in(const struct range_record *record, uint32_t segment)
{
    const uint32_t number = (segment - record->first_segment) / record->each;

    return number < record->num_groups ? number : record->num_groups - 1;
}

bool order_is_groups(const struct vgpu_check_group *group, uint32_t segment)
{
    const struct range_record *record;
    bool is_groups;

    pthread_mutex_lock(&order_lock);
    record = record_of(segment);
    is_groups = record && record->serial + number_in(record, segment) == group->serial;
    pthread_mutex_unlock(&order_lock);
    return is_groups;
}

bool order_author(const struct vgpu_check_row *row, uint32_t segment, uint32_t lane,
                  struct order_author *author)
{
    const struct vgpu_check_group *group = row->group;
    const struct range_record *record = record_of(segment);
    uint32_t index, number;

    if (!record)
        return false;
    author->launch = &launches[record->slot];
    if (author->launch->number != record->launch)
        return false;
    index = (segment - record->first_segment) % record->stride;
    number = number_in(record, segment);
    author->linear = record->linear + number;
    author->serial = record->serial + number;
    author->segment = segment;
    author->same_launch = author->launch == group->launch->record;
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
        if ((row->sites[recent->site].flags & VGPU_TRACED_WRITES) &&
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
