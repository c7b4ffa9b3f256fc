/* SPDX-License-Identifier: MIT */
/* Commands that move nothing in unified memory (map, unmap, migrate) but keep memory
 * objects alive. */
#include "command/command.h"

#include "object/event.h"

#include <stdlib.h>

void vgpu_held_release(cl_event command)
{
    struct vgpu_held *held = &command->payload.held;

    for (cl_uint i = 0; i < held->num_mems; i++)
        vgpu_release(held->mems[i]);
    if (held->mems != &held->own_mem)
        free(held->mems);
}
