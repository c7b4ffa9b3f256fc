/* SPDX-License-Identifier: MIT */
/* Reads of what nobody had written, until it is known whether somebody did later. */
#include "unwritten.h"

#include "finding.h"
#include "stripes.h"
#include "target.h"
#include "written.h"

#include <stdio.h>
#include <stdlib.h>

/* That wait for a launch's end; others are told of at the group's. */
#define MOST_WAITING 1024u

struct unwritten_read {
    struct unwritten_read *next;
    struct check_access access;
    struct check_target target;
    struct vgpu_group group;
    uint64_t linear;
    uint32_t row, first; /* of the row */
};

/* Structs may have gaps, vectors of three are read as four, and the compiler reads what
 * lies together at once: so it is no mistake unless all of it was never written. */
bool unwritten_is_written(const struct region *region, uintptr_t address, uint32_t size)
{
    const uint8_t *const written = region->written + (address - region->first);

    return written_has(written, 1, size);
}

static void report_unwritten(const struct vgpu_check_row *row,
                             const struct check_target *target,
                             const struct check_access *access)
{
    const struct vgpu_traced_site *s = site_of(row, access->site);
    char text[300];

    snprintf(text, sizeof text,
             "%u bytes at offset %zu of %s are read, which nobody wrote", s->size,
             (size_t)(access->address - target->first),
             target_name(row, access->site, target));
    check_report_access(target->is_local ? REGION_LOCAL : REGION_BUFFER,
                        target->is_local ? VGPU_FINDING_UNINIT_LOCAL
                                         : VGPU_FINDING_UNINIT,
                        row, access, target->region, text);
}

void unwritten_read(struct vgpu_check_row *row, const struct check_target *target,
                    const struct check_access *access)
{
    struct vgpu_check_group *group = row->group;

    if (!group->has_races || group->num_unwritten == CHECK_UNWRITTEN)
        report_unwritten(row, target, access);
    else
        group->unwritten[group->num_unwritten++] =
            (struct check_unwritten){*access, *target, row->index};
}

void unwritten_forget(struct vgpu_check_group *group, uintptr_t address, uint32_t size)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < group->num_unwritten; i++) {
        const struct check_access *access = &group->unwritten[i].access;
        const uint32_t bytes = group->launch->table->sites[access->site].size;

        if (access->address >= address + size || address >= access->address + bytes)
            group->unwritten[kept++] = group->unwritten[i];
    }
    group->num_unwritten = kept;
}

/* The last write to the place is the group's own. */
static bool is_own_write(const struct vgpu_check_group *group,
                         const struct region *region, uintptr_t address)
{
    const struct cells *cells = &region->cells;
    const struct stripes stripes = stripes_of(address, address);
    uint32_t segment;

    if (!cells->block)
        return true;
    stripes_lock(stripes);
    segment = cells_segment(cells, CELL_WRITE, (address - region->first) >> cells->shift);
    stripes_unlock(stripes);
    return order_is_groups(group, segment);
}

static void wait_for_launch(struct vgpu_check_group *group,
                            const struct check_unwritten *read)
{
    struct vgpu_check_launch *launch = group->launch;
    const struct vgpu_check_row *row = &group->rows[read->row];
    struct unwritten_read *waiting = NULL;

    pthread_mutex_lock(&launch->lock);
    if (launch->num_unwritten < MOST_WAITING)
        waiting = malloc(sizeof *waiting);
    if (waiting) {
        *waiting = (struct unwritten_read){launch->unwritten, read->access,  read->target,
                                           group->group,      group->linear, row->index,
                                           row->first};
        launch->unwritten = waiting;
        launch->num_unwritten++;
    }
    pthread_mutex_unlock(&launch->lock);
    if (!waiting)
        report_unwritten(row, &read->target, &read->access);
}

void unwritten_group_end(struct vgpu_check_group *group)
{
    for (uint32_t i = 0; i < group->num_unwritten; i++) {
        const struct check_unwritten *read = &group->unwritten[i];
        const struct vgpu_check_row *row = &group->rows[read->row];
        const uintptr_t address = read->access.address;

        if (!read->target.is_local &&
            !unwritten_is_written(read->target.region, address,
                                  site_of(row, read->access.site)->size))
            wait_for_launch(group, read);
        else if (read->target.is_local ||
                 is_own_write(group, read->target.region, address))
            report_unwritten(row, &read->target, &read->access);
    }
    group->num_unwritten = 0;
}

/* Nobody has written it, and the memory is still there. */
static bool is_unwritten(const struct vgpu_check_launch *launch,
                         const struct unwritten_read *read)
{
    const struct region *region = read->target.region;

    return region->written && !region->is_released &&
           !unwritten_is_written(region, read->access.address,
                                 launch->table->sites[read->access.site].size);
}

/* The group's memory may belong to another group by now. */
static void report_late(struct vgpu_check_launch *launch,
                        const struct unwritten_read *read)
{
    struct vgpu_check_group *group = calloc(1, sizeof *group);
    const struct vgpu_check_row row = {.group = group,
                                       .sites = launch->table->sites,
                                       .index = read->row,
                                       .first = read->first};

    if (!group)
        return;
    group->launch = launch;
    group->group = read->group;
    group->linear = read->linear;
    report_unwritten(&row, &read->target, &read->access);
    free(group);
}

void unwritten_launch_end(struct vgpu_check_launch *launch)
{
    struct runner *const self = runner_self();

    if (self)
        runner_look(self);
    while (launch->unwritten) {
        struct unwritten_read *read = launch->unwritten;

        launch->unwritten = read->next;
        if (is_unwritten(launch, read))
            report_late(launch, read);
        free(read);
    }
    if (self)
        runner_look_end(self);
}
