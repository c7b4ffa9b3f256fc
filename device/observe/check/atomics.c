/* SPDX-License-Identifier: MIT */
/* Atomics and fences as what orders accesses. */
#include "target.h"

#include <string.h>

uintptr_t atomics_address(const struct vgpu_check_row *row, const struct region *region,
                          uintptr_t address)
{
    return region->kind == REGION_LOCAL
               ? address ^ (uintptr_t)(row->group->serial + 1) << 40
               : address;
}

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

/* What came before the last barrier that fences global memory; 0: there was none. */
static uint32_t group_bound(const struct vgpu_check_group *group)
{
    return group->fenced_segment;
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
    if (!writes(s))
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

bool atomics_access(struct vgpu_check_row *row, uint32_t site,
                    const struct vgpu_traced_site *s, const struct region *region,
                    uintptr_t at, uint32_t lane)
{
    const uintptr_t address = atomics_address(row, region, at);
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
    else if (seen && was_elsewhere && writes(s))
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

void atomics_fence(struct vgpu_check_row *row, uint32_t site, uint32_t items)
{
    const uint16_t flags = row->sites[site].flags;
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

void atomics_barrier(struct vgpu_check_group *group)
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
