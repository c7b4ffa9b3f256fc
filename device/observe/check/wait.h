/* SPDX-License-Identifier: MIT */
/* Reads of local memory that wait: as long as nobody writes there, nothing can race with
 * them; and behind a barrier nothing can any more. */
#ifndef VGPU_CHECK_WAIT_H
#define VGPU_CHECK_WAIT_H

#include "look.h"

/* wait_read - the plain load, all of which may take place, need not be entered into the
 * cells now. False: it has to be. Only where races are looked for. */
bool wait_read(const struct vgpu_check_row *row, uint32_t site, uint32_t items,
               const struct check_lines *lines);

/* wait_end - local memory is about to be changed: what waits is entered, and until the
 * next barrier nothing waits. */
void wait_end(struct vgpu_check_group *group);

/* wait_forget - the group begins, or all that was done to local memory is ordered before
 * what comes. */
static inline void wait_forget(struct vgpu_check_group *group)
{
    group->num_waiting = 0;
    group->has_changed_local = false;
}

#endif
