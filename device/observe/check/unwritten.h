/* SPDX-License-Identifier: MIT */
/* Reads of what nobody had written. Where somebody writes later what was read too early,
 * and nothing orders the two, that is told as a race; so reads wait. */
#ifndef VGPU_CHECK_UNWRITTEN_H
#define VGPU_CHECK_UNWRITTEN_H

#include "state.h"

/* unwritten_is_written - some of it is; where the region knows what is written. */
bool unwritten_is_written(const struct region *region, uintptr_t address, uint32_t size);

/* unwritten_read - the access reads what is not written so far. It is told of at once
 * where no races are looked for, else at the group's end or the launch's. */
void unwritten_read(struct vgpu_check_row *row, const struct check_target *target,
                    const struct check_access *access);

/* unwritten_forget - an access of `size` bytes there is one side of a race. */
void unwritten_forget(struct vgpu_check_group *group, uintptr_t address, uint32_t size);

/* unwritten_group_end - what the group wrote itself, later, is told of, and so are reads
 * of local memory. What another group wrote meanwhile is a race. The rest waits for the
 * launch's end: of what nobody has written by then. */
void unwritten_group_end(struct vgpu_check_group *group);
void unwritten_launch_end(struct vgpu_check_launch *launch);

#endif
