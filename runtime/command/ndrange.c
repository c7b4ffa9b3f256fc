/* SPDX-License-Identifier: MIT */
/* Kernel commands: running an NDRange, and letting go of what it used. The snapshot is
 * taken by api/nd_range.c. */
#include "command/command.h"

#include "object/event.h"

#include <stdlib.h>

bool vgpu_ndrange_is_empty(const struct vgpu_launch *launch)
{
    return launch->global_size[0] == 0 || launch->global_size[1] == 0 ||
           launch->global_size[2] == 0;
}

void vgpu_ndrange_start(cl_event command)
{
    struct vgpu_launch *launch = &command->payload.ndrange.launch;

    if (vgpu_ndrange_is_empty(launch)) {
        vgpu_event_advance(command, CL_RUNNING);
        vgpu_command_end(command, CL_COMPLETE);
        return;
    }
    vgpu_launch_submit(command, launch);
}

void vgpu_ndrange_release(cl_event command)
{
    struct vgpu_ndrange *ndrange = &command->payload.ndrange;

    for (uint32_t i = 0; i < ndrange->num_mems; i++)
        vgpu_release(ndrange->mems[i]);
    vgpu_release(ndrange->kernel);
    if (__builtin_expect(ndrange->launch.watched != NULL, 0))
        free((void *)(uintptr_t)ndrange->launch.watched->check);
    free(ndrange->block);
}
