/* SPDX-License-Identifier: MIT */
/* Commands that move nothing in unified memory (map, unmap, migrate) but keep memory
 * objects alive. */
#include "command/command.h"

#include "command/checked.h"
#include "object/event.h"

#include <stdlib.h>

static void end_at_once(cl_event command)
{
    vgpu_event_advance(command, CL_RUNNING);
    vgpu_command_end(command, CL_COMPLETE);
}

void vgpu_map_start(cl_event command)
{
    vgpu_checked_map(command);
    end_at_once(command);
}

void vgpu_unmap_start(cl_event command)
{
    vgpu_checked_unmap(command);
    end_at_once(command);
}

void vgpu_held_release(cl_event command)
{
    struct vgpu_held *held = &command->payload.held;

    for (cl_uint i = 0; i < held->num_mems; i++)
        vgpu_release(held->mems[i]);
    if (held->mems != &held->own_mem)
        free(held->mems);
}
