/* SPDX-License-Identifier: MIT */
/* Native kernels: a host function, run once on a compute unit. [OpenCL 3.0, 5.10] */
#include "command/command.h"

#include "command/uses.h"
#include "object/event.h"
#include "observe/segment.h" /* of the room device/ */

#include <stdlib.h>
#include <string.h>

static void native_group(const struct vgpu_group *group, void *const args[])
{
    const struct vgpu_native *native = args[0];

    (void)group;
    native->function(native->args);
}

/* The buffers' addresses, now that they are known. */
static void find_memory(cl_event command, struct vgpu_native *native)
{
    for (cl_uint i = 0; i < native->num_mems; i++) {
        void *const address = vgpu_uses_place(command, i);

        memcpy((char *)native->args + native->places[i], &address, sizeof address);
    }
}

void vgpu_native_start(cl_event command)
{
    struct vgpu_native *native = &command->payload.native;

    if (command->has_uses)
        find_memory(command, native);
    native->arg = native;
    vgpu_launch_prepare(vgpu_launch_watch(command), &native->launch, native_group,
                        &native->arg, 1, "a native kernel");
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
    free(native->places);
    free(native->args);
}
