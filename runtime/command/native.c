/* SPDX-License-Identifier: MIT */
/* Native kernels: a host function, run once on a compute unit. [OpenCL 3.0, 5.10] */
#include "command/command.h"

#include "object/event.h"
#include "observe/segment.h" /* of the room device/ */

#include <stdlib.h>

static void native_group(const struct vgpu_group *group, void *const args[])
{
    const struct vgpu_native *native = args[0];

    (void)group;
    native->function(native->args);
}

void vgpu_native_start(cl_event command)
{
    struct vgpu_native *native = &command->payload.native;

    native->arg = native;
    vgpu_launch_prepare(command, &native->launch, native_group, &native->arg, 1,
                        "a native kernel");
    native->launch.has_atomics = true; /* as far as is known */
    native->launch.is_hosts = true;
    native->launch.counter_row = VGPU_ROW_NATIVE;
    vgpu_launch_submit(command, &native->launch);
}

void vgpu_native_release(cl_event command)
{
    struct vgpu_native *native = &command->payload.native;

    for (cl_uint i = 0; i < native->num_mems; i++)
        vgpu_release(native->mems[i]);
    free(native->mems);
    free(native->args);
}
