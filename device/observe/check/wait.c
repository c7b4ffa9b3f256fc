/* SPDX-License-Identifier: MIT */
/* Reads of local memory that wait. */
#include "wait.h"

#include <stdlib.h>

#define MOST_WAITING 2048u

struct check_waiting {
    struct check_lines lines;
    uint32_t site, items, row, segment;
};

bool wait_read(const struct vgpu_check_row *row, uint32_t site, uint32_t items,
               const struct check_lines *lines)
{
    struct vgpu_check_group *const group = row->group;

    if (group->has_changed_local || group->num_waiting == MOST_WAITING)
        return false;
    if (!group->waiting)
        group->waiting = malloc(MOST_WAITING * sizeof *group->waiting);
    if (!group->waiting)
        return false;
    group->waiting[group->num_waiting++] =
        (struct check_waiting){*lines, site, items, row->index, row->segment};
    return true;
}

/* As look_at_lines, which found out that it may. */
static void enter(struct vgpu_check_row *row, const struct check_target *target,
                  const struct check_waiting *read)
{
    const struct check_lines *const lines = &read->lines;
    uintptr_t first = lines->first;

    for (uint32_t lane = 0; lane < VGPU_TRACED_ITEMS; lane += lines->line) {
        const uint32_t here = read->items & check_line(lines, lane);

        if (here && lines->step == 0)
            race_place(row, read->site, target, first, (uint32_t)__builtin_ctz(here),
                       31 - (uint32_t)__builtin_clz(here));
        else if (here)
            race_run(row, read->site, target, first, lane, lines->line);
        first += (uintptr_t)lines->pitch;
    }
}

void wait_end(struct vgpu_check_group *group)
{
    const struct check_target target = {.region = &group->local_memory, .is_local = true};
    const uint32_t count = group->num_waiting;

    group->num_waiting = 0;
    group->has_changed_local = true;
    for (uint32_t i = 0; i < count; i++) {
        const struct check_waiting *const read = &group->waiting[i];
        struct vgpu_check_row *const row = &group->rows[read->row];
        const uint32_t now = row->segment;

        row->segment = read->segment;
        enter(row, &target, read);
        row->segment = now;
    }
}
