/* SPDX-License-Identifier: MIT */
/* Between commands and the device: handing a launch over, and its way back as the
 * command's end. */
#include "command/command.h"

#include "command/tell.h"
#include "object/context.h"
#include "object/event.h"
#include "object/queue.h"
#include "object/status.h"

/* Every payload that has a launch begins with it. */
static cl_event command_of(struct vgpu_launch *launch)
{
    return (cl_event)(void *)((char *)launch - offsetof(struct _cl_event, payload));
}

static void launch_started(struct vgpu_launch *launch)
{
    vgpu_event_advance(command_of(launch), CL_RUNNING);
}

static void launch_complete(struct vgpu_launch *launch, int status)
{
    const cl_event command = command_of(launch);
    const cl_int end = status == 0 ? CL_COMPLETE : vgpu_status(status);

    /* What the unit has counted is not looked at once more: the command's lines may still
     * be on the core that enqueued it. */
    if (status == 0 && launch->counter_row >= VGPU_ROW_OTHERS)
        vgpu_command_end_counted(command, end);
    else
        vgpu_command_moved(command, end);
}

static void launch_report(struct vgpu_launch *launch, const char *text)
{
    vgpu_context_report(command_of(launch)->context, text);
}

struct vgpu_watched *vgpu_launch_watch(cl_event command)
{
    if (!command->queue->watched)
        return NULL;
    command->watched = (struct vgpu_watched){0};
    return &command->watched;
}

void vgpu_launch_prepare(struct vgpu_watched *watched, struct vgpu_launch *launch,
                         vgpu_group_fn *function, void **arg, size_t groups,
                         const char *name)
{
    *launch = (struct vgpu_launch){
        .watched = watched,
        .function = function,
        .args = arg,
        .num_args = 1,
        .work_dim = 1,
        .global_size = {groups, 1, 1},
        .local_size = {1, 1, 1},
        .name = name,
    };
}

static __attribute__((noinline)) void submit_watched(cl_event command,
                                                     struct vgpu_launch *launch)
{
    launch->watched->command = vgpu_command_trace_id(command);
    command->device->ops->submit(command->device, launch);
}

void vgpu_launch_submit(cl_event command, struct vgpu_launch *launch)
{
    launch->started = launch_started;
    launch->complete = launch_complete;
    launch->report = launch_report;
    if (__builtin_expect(launch->watched != NULL, 0))
        submit_watched(command, launch);
    else
        command->device->ops->submit(command->device, launch);
}
