/* SPDX-License-Identifier: MIT */
/* Findings of kernels: who was it, where, and what of. */
#include "finding.h"
#include "target.h"
#include "wait.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ids of an item, from its group's place and its local linear id. */
struct item_place {
    const size_t *global_offset, *global_size, *local_size, *num_groups;
    uint64_t group;
    uint32_t item;
};

static void set_item(struct vgpu_finding_side *side, const struct item_place *place)
{
    uint64_t group = place->group, item = place->item;

    side->has_item = true;
    for (unsigned d = 0; d < 3; d++) {
        const size_t first = group % place->num_groups[d] * place->local_size[d];
        const size_t left = place->global_size[d] - first;
        /* groups at an edge may be smaller */
        const size_t size = place->local_size[d] < left ? place->local_size[d] : left;

        side->group_id[d] = group % place->num_groups[d];
        side->local_id[d] = item % size;
        side->global_id[d] = place->global_offset[d] + first + side->local_id[d];
        group /= place->num_groups[d];
        item /= size;
    }
}

static void set_place(struct vgpu_finding_side *side, const struct check_kernel *kernel,
                      uint32_t site)
{
    const struct check_site *s = &kernel->sites[site];

    side->kernel = kernel->name;
    side->file = s->file;
    side->code = s->code;
    side->object = s->object;
    side->line = s->place.line;
    side->column = s->place.column;
}

static void set_own_item(struct vgpu_finding_side *side, const struct vgpu_check_row *row,
                         uint32_t lane)
{
    const struct vgpu_group *group = &row->group->group;
    const struct item_place place = {group->global_offset,       group->global_size,
                                     group->enqueued_local_size, group->num_groups,
                                     row->group->linear,         row->first + lane};

    set_item(side, &place);
}

static const char *action_of(bool writes, bool atomic)
{
    if (atomic)
        return writes ? "changes atomically" : "reads atomically";
    return writes ? "writes" : "reads";
}

static struct vgpu_finding_side own_side(const struct vgpu_check_row *row,
                                         const struct check_access *access)
{
    const struct vgpu_traced_site *s = &row->sites[access->site];
    struct vgpu_finding_side side = {0};

    set_place(&side, row->group->launch->kernel, access->site);
    set_own_item(&side, row, access->lane);
    side.action = action_of(writes(s), s->kind == VGPU_TRACED_ATOMIC);
    return side;
}

/* What the finding is about, and how far into it. To be freed; NULL: nothing is known. */
static char *describe_memory(const struct region *region, uintptr_t address)
{
    char name[REGION_NAME_BYTES + REGION_MADE_BYTES + 40], text[sizeof name + 60];

    if (!region)
        return NULL;
    if (region->kind == REGION_LOCAL)
        snprintf(name, sizeof name, "the work-group's local memory (%zu bytes)",
                 (size_t)(region->end - region->first));
    else
        region_describe(region, name, sizeof name);
    if (address >= region->first && address < region->end)
        snprintf(text, sizeof text, "at 0x%llx, offset %zu of %s",
                 (unsigned long long)address, (size_t)(address - region->first), name);
    else
        snprintf(text, sizeof text, "at 0x%llx, %s", (unsigned long long)address, name);
    return strdup(text);
}

/* Takes the finding, of a command that may have somebody to be told. */
static void add(const struct vgpu_check_row *row, const struct vgpu_finding_key *key,
                const struct vgpu_finding *finding)
{
    const struct vgpu_check_command *const command =
        vgpu_launch_check(row->group->launch->launch);

    vgpu_finding_add(key, finding, command ? &command->listener : NULL);
}

void check_report_access(enum region_kind kind_of_memory, int kind,
                         const struct vgpu_check_row *row,
                         const struct check_access *access, const struct region *region,
                         const char *text)
{
    const struct check_kernel *kernel = row->group->launch->kernel;
    const struct vgpu_finding_key key = {(enum vgpu_finding_kind)kind,
                                         {kernel->sites[access->site].place_key, 0}};
    struct vgpu_finding finding = {.kind = (enum vgpu_finding_kind)kind, .num_sides = 1};

    if (!vgpu_finding_is_wanted(finding.kind) || !vgpu_finding_is_new(&key))
        return;
    finding.text = strdup(text);
    finding.sides[0] = own_side(row, access);
    finding.address = access->address;
    if (kind_of_memory != REGION_VARIABLE)
        finding.memory = describe_memory(region, access->address);
    add(row, &key, &finding);
}

static enum vgpu_finding_kind kind_of_race(const struct vgpu_check_row *row,
                                           const struct check_access *access,
                                           const struct order_author *other,
                                           uint32_t other_site, bool is_fenced_wrong)
{
    if (!other->same_launch)
        return VGPU_FINDING_RACE_LAUNCHES;
    if (!other->same_group)
        return VGPU_FINDING_RACE_GROUPS;
    if (is_fenced_wrong)
        return VGPU_FINDING_RACE_FENCE;
    if (other->same_row && other_site == access->site &&
        row->sites[access->site].kind == VGPU_TRACED_STORE)
        return VGPU_FINDING_RACE_SAME;
    return VGPU_FINDING_RACE_GROUP;
}

static struct vgpu_finding_side other_side(const struct order_author *other,
                                           uint32_t site, uint32_t mark)
{
    const struct check_launch_record *launch = other->launch;
    const struct item_place place = {launch->global_offset, launch->global_size,
                                     launch->local_size,    launch->num_groups,
                                     other->linear,         other->item};
    struct vgpu_finding_side side = {0};

    set_place(&side, launch->kernel, site);
    set_item(&side, &place);
    side.action = action_of(mark & CELL_WRITES, mark & CELL_ATOMIC);
    return side;
}

/* Groups may run side by side: the later one is told of first, whoever came first. */
static void swap_sides(struct vgpu_finding_side sides[2])
{
    const struct vgpu_finding_side first = sides[0];

    sides[0] = sides[1];
    sides[1] = first;
}

static char *race_text(enum vgpu_finding_kind kind, const struct vgpu_finding_side *mine,
                       const struct vgpu_finding_side *other)
{
    static const char *const who[VGPU_FINDING_COUNT] = {
        [VGPU_FINDING_RACE_GROUP] = "two work-items of a work-group",
        [VGPU_FINDING_RACE_FENCE] = "two work-items of a work-group",
        [VGPU_FINDING_RACE_SAME] = "two work-items of a work-group",
        [VGPU_FINDING_RACE_GROUPS] = "work-items of two work-groups",
        [VGPU_FINDING_RACE_LAUNCHES] = "work-items of two launches",
    };
    char text[300];

    snprintf(text, sizeof text,
             "%s access one place, and nothing orders them: one %s%s the other %s",
             who[kind], mine->action,
             strcmp(mine->action, other->action) == 0 ? " it, as does" : " it,",
             strcmp(mine->action, other->action) == 0 ? "" : other->action);
    if (strcmp(mine->action, other->action) == 0)
        snprintf(text, sizeof text, "%s %s one place, and nothing orders them", who[kind],
                 strcmp(mine->action, "writes") == 0 ? "write" : "change");
    return strdup(text);
}

void check_report_race(const struct vgpu_check_row *row,
                       const struct check_access *access, const struct region *region,
                       const struct order_author *other, uint32_t other_mark,
                       bool is_fenced_wrong)
{
    const uint32_t other_site = other_mark >> CELL_SITE;
    const struct check_kernel *kernel = row->group->launch->kernel;
    struct vgpu_finding finding = {.num_sides = 2};
    struct vgpu_finding_key key;
    uint64_t mine, theirs;

    if (other_site >= other->launch->kernel->num_sites)
        return;
    finding.kind = kind_of_race(row, access, other, other_site, is_fenced_wrong);
    mine = kernel->sites[access->site].place_key;
    theirs = other->launch->kernel->sites[other_site].place_key;
    /* The same two places are one finding, whichever came first. */
    key.kind = finding.kind;
    key.places[0] = mine < theirs ? mine : theirs;
    key.places[1] = mine < theirs ? theirs : mine;
    if (!vgpu_finding_is_new(&key))
        return;
    finding.sides[0] = own_side(row, access);
    finding.sides[1] = other_side(other, other_site, other_mark);
    if (other->same_launch && other->linear > row->group->linear)
        swap_sides(finding.sides);
    finding.text = race_text(finding.kind, &finding.sides[0], &finding.sides[1]);
    finding.address = access->address;
    finding.memory = describe_memory(region, access->address);
    add(row, &key, &finding);
}

/* --- Barriers. --- */

static struct vgpu_finding_side barrier_side(const struct vgpu_check_row *row,
                                             uint32_t lane, uint32_t barrier,
                                             const char *action)
{
    struct vgpu_finding_side side = {0};

    if (barrier)
        set_place(&side, row->group->launch->kernel, barrier - 1);
    else
        side.kernel = row->group->launch->kernel->name;
    side.object = NULL;
    set_own_item(&side, row, lane);
    side.action = action;
    return side;
}

static uint32_t all_items(const struct vgpu_check_row *row)
{
    return row->count >= 32 ? ~0u : (1u << row->count) - 1;
}

static void report_divergence(const struct vgpu_check_row *row, uint32_t site,
                              uint32_t items)
{
    const struct check_kernel *kernel = row->group->launch->kernel;
    const uint32_t missing = all_items(row) & ~items;
    const struct vgpu_finding_key key = {VGPU_FINDING_DIVERGENCE,
                                         {kernel->sites[site].place_key, 0}};
    struct vgpu_finding finding = {.kind = VGPU_FINDING_DIVERGENCE, .num_sides = 2};
    char text[200];

    if (!vgpu_finding_is_wanted(finding.kind) || !vgpu_finding_is_new(&key))
        return;
    snprintf(text, sizeof text,
             "of a sub-group's %u work-items only %d come to this barrier together; the "
             "others are elsewhere, or have ended",
             row->count, __builtin_popcount(items));
    finding.text = strdup(text);
    finding.sides[0] = barrier_side(row, (uint32_t)__builtin_ctz(items), site + 1,
                                    "waits at this barrier");
    finding.sides[1] =
        barrier_side(row, (uint32_t)__builtin_ctz(missing), 0, "is elsewhere");
    add(row, &key, &finding);
}

void vgpu_check_meet(struct vgpu_check_row *row, uint32_t site, uint32_t items)
{
    const struct vgpu_traced_site *s = &row->sites[site];

    if (items == 0)
        return;
    if (s->kind == VGPU_TRACED_FENCE) {
        if (row->group->has_races)
            atomics_fence(row, site, items);
        return;
    }
    if (items != all_items(row))
        report_divergence(row, site, items);
    if (s->flags & VGPU_TRACED_SUB_GROUP) {
        if (row->group->has_races) {
            order_new_segment(row);
            row->ordered_within = row->segment;
        }
        return;
    }
    row->last_barrier = site + 1;
}

void vgpu_check_barrier_passed(struct vgpu_check_group *group)
{
    uint16_t flags = 0;

    if (!group->has_races)
        return;
    for (uint32_t i = 0; i < group->num_rows; i++)
        if (group->rows[i].last_barrier)
            flags = group->launch->table->sites[group->rows[i].last_barrier - 1].flags;
    order_barrier(group, flags & VGPU_TRACED_GLOBAL_FENCE,
                  flags & VGPU_TRACED_LOCAL_FENCE);
    if (flags & VGPU_TRACED_LOCAL_FENCE)
        wait_forget(group);
    if (group->has_sync)
        atomics_barrier(group);
}

void vgpu_check_barrier_missed(struct vgpu_check_row *row, struct vgpu_check_row *other,
                               bool ended)
{
    const struct check_kernel *kernel = row->group->launch->kernel;
    const uint32_t theirs = ended ? 0 : other->last_barrier;
    struct vgpu_finding_key key = {.kind = VGPU_FINDING_DIVERGENCE};
    struct vgpu_finding finding = {.kind = VGPU_FINDING_DIVERGENCE, .num_sides = 2};

    if (row->last_barrier)
        key.places[0] = kernel->sites[row->last_barrier - 1].place_key;
    if (theirs)
        key.places[1] = kernel->sites[theirs - 1].place_key;
    if (!vgpu_finding_is_wanted(finding.kind) || !vgpu_finding_is_new(&key))
        return;
    finding.text =
        strdup(ended ? "some sub-groups of a work-group wait at a barrier, "
                       "others have ended"
                     : "sub-groups of a work-group wait at different barriers");
    finding.sides[0] = barrier_side(row, 0, row->last_barrier, "waits at this barrier");
    finding.sides[1] = barrier_side(other, 0, theirs,
                                    ended ? "has ended" : "waits at this other barrier");
    add(row, &key, &finding);
}

void vgpu_check_host_mistake(int kind, uint64_t object, const char *text,
                             const struct vgpu_check_listener *listener)
{
    const struct vgpu_finding_key key = {(enum vgpu_finding_kind)kind, {object, 0}};
    struct vgpu_finding finding = {.kind = (enum vgpu_finding_kind)kind};

    if (!vgpu_finding_is_wanted(finding.kind) || !vgpu_finding_is_new(&key))
        return;
    finding.text = strdup(text);
    vgpu_finding_add(&key, &finding, listener);
}
