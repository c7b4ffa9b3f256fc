/* SPDX-License-Identifier: MIT */
/* What the runtime tells the checks (VGPU_CHECK) of memory objects and commands. All of
 * it does nothing where the checks are off. */
#ifndef VGPU_COMMAND_CHECKED_H
#define VGPU_COMMAND_CHECKED_H

#include "object/event.h"
#include "object/queue.h"
#include "observe/check/check.h" /* the room device/ */

#include <stdlib.h>

/* vgpu_checked_init - reads VGPU_CHECK; before there are objects. */
void vgpu_checked_init(void);

/* A buffer that is no sub-buffer: it has its memory, another name, an end. */
void vgpu_checked_mem_created(cl_mem mem);
/* A copy of it, at `data`, is made in the memory of some device. */
void vgpu_checked_copy_made(cl_mem mem, const char *data);
void vgpu_checked_mem_named(cl_mem mem);
void vgpu_checked_mem_destroyed(cl_mem mem);

/* vgpu_checked_event_new, _destroyed - a command's place in the order, where races are
 * looked for. Without memory it has none, and is taken to be ordered with all. */
void vgpu_checked_order_new(cl_event event);

static inline void vgpu_checked_event_new(cl_event event)
{
    if (vgpu_check_is_on(VGPU_CHECK_race))
        vgpu_checked_order_new(event);
}

static inline void vgpu_checked_event_destroyed(cl_event event)
{
    if (vgpu_check_is_on(VGPU_CHECK_race))
        free(event->order);
}

/* vgpu_checked_depend - the one comes after the other. */
void vgpu_checked_depend_on(cl_event waiter, cl_event before);

static inline void vgpu_checked_depend(cl_event waiter, cl_event before)
{
    if (vgpu_check_is_on(VGPU_CHECK_race))
        vgpu_checked_depend_on(waiter, before);
}

/* vgpu_checked_join - the command enters the join; _close: `marker` comes after all that
 * have. Queue locked. */
void vgpu_checked_join(struct vgpu_join *join, cl_event command);
void vgpu_checked_join_close(const struct vgpu_join *join, cl_event marker);

/* vgpu_checked_ndrange - the watched launch's `check`, of a snapshot that was taken. */
void vgpu_checked_ndrange(cl_event command);

/* Commands that write memory are about to run. */
void vgpu_checked_transfer(cl_event command);
void vgpu_checked_fill(cl_event command);
void vgpu_checked_map(cl_event command);
void vgpu_checked_unmap(cl_event command);

#endif
