/* SPDX-License-Identifier: MIT */
/* Kernel commands: running an NDRange, and letting go of what it used. The snapshot is
 * taken by api/nd_range.c. */
#include "command/command.h"

#include "object/event.h"
#include "object/kernel.h"
#include "object/mem.h"

#include <stdlib.h>
#include <string.h>

bool vgpu_ndrange_is_empty(const struct vgpu_launch *launch)
{
    return launch->global_size[0] == 0 || launch->global_size[1] == 0 ||
           launch->global_size[2] == 0;
}

/* Pointers that are no buffers' are shared virtual memory, of any size. */
static bool has_other_pointers(const struct vgpu_ndrange *ndrange)
{
    const cl_kernel kernel = ndrange->kernel;

    for (uint32_t i = 0; i < kernel->num_args; i++) {
        const struct vgpu_kernel_arg *const arg = &kernel->args[i];
        const void *pointer = NULL;

        if (!arg->is_mem || arg->mem || arg->size < sizeof pointer)
            continue;
        memcpy(&pointer, ndrange->launch.args[i], sizeof pointer);
        if (pointer)
            return true;
    }
    return false;
}

uint64_t vgpu_ndrange_buffer_bytes(const struct vgpu_ndrange *ndrange)
{
    uint64_t bytes = 0;

    if (has_other_pointers(ndrange))
        return 0;
    for (uint32_t i = 0; i < ndrange->num_mems; i++) {
        uint32_t before = 0;

        while (ndrange->mems[before] != ndrange->mems[i])
            before++;
        bytes += before == i ? ndrange->mems[i]->size : 0;
    }
    return bytes;
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
