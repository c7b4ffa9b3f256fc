/* SPDX-License-Identifier: MIT */
/* Command queues: creation, end, and waiting for all their commands. */
#define _GNU_SOURCE
#include "object/queue.h"

#include "adaptive_lock.h"
#include "break_point.h"
#include "command/graph.h"
#include "command/tell.h"
#include "object/context.h"
#include "object/device.h"
#include "inspect/nearest.h"
#include "object/event.h"
#include "object/name.h"
#include "observe/check/check.h" /* the room device/, as the next */
#include "observe/traced.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static pthread_once_t hooks_once = PTHREAD_ONCE_INIT;

static void set_hooks(void)
{
    vgpu_device_set_idle_hook(vgpu_commands_reap);
    vgpu_device_set_memory_hook(vgpu_inspect_nearest);
}

cl_int vgpu_queue_create(cl_context context, cl_device_id device,
                         cl_command_queue_properties flags,
                         const cl_queue_properties *properties, size_t num_properties,
                         cl_command_queue *queue_out)
{
    struct vgpu_unit_placement placement;
    cl_command_queue queue;

    /* Starts the units: without a thread nothing that is enqueued would ever end. */
    pthread_once(&hooks_once, set_hooks);
    if (vgpu_device_placement(device->device, 0, &placement) == -EAGAIN)
        return CL_OUT_OF_RESOURCES;
    queue = vgpu_handle_create(VGPU_KIND_queue);
    if (!queue)
        return CL_OUT_OF_HOST_MEMORY;
    if (num_properties) {
        queue->properties = malloc(num_properties * sizeof *properties);
        if (!queue->properties) {
            vgpu_app_release(VGPU_KIND_queue, queue, CL_INVALID_COMMAND_QUEUE);
            return CL_OUT_OF_HOST_MEMORY;
        }
        memcpy(queue->properties, properties, num_properties * sizeof *properties);
        queue->num_properties = num_properties;
    }
    if (vgpu_adaptive_lock_init(&queue->lock) != 0) {
        vgpu_app_release(VGPU_KIND_queue, queue, CL_INVALID_COMMAND_QUEUE);
        return CL_OUT_OF_HOST_MEMORY;
    }
    vgpu_retain(context);
    queue->context = context;
    queue->device = device;
    queue->memory = vgpu_context_memory(context, device);
    queue->flags = flags;
    queue->observed = vgpu_queue_profiles(queue) || vgpu_commands_are_told();
    queue->watched = vgpu_commands_are_told() || vgpu_traced_wanted() ||
                     vgpu_check_is_on(VGPU_CHECK_OF_KERNELS) || vgpu_break_is_on();
    vgpu_log(VGPU_LOG_info, "%s made, on %s: %s%s", vgpu_name_of(queue).text,
             vgpu_name_of(device).text,
             vgpu_queue_in_order(queue) ? "in order" : "out of order",
             vgpu_queue_profiles(queue) ? ", with profiling" : "");
    *queue_out = queue;
    return CL_SUCCESS;
}

void vgpu_queue_destroy(void *object)
{
    cl_command_queue queue = object;

    free(queue->properties);
    if (!queue->context) /* creation failed */
        return;
    vgpu_log(VGPU_LOG_info, "%s gone, after %llu commands", vgpu_name_of(queue).text,
             (unsigned long long)queue->enqueued);
    vgpu_join_destroy(queue->join); /* every command has left it */
    pthread_mutex_destroy(&queue->lock);
    vgpu_release(queue->context);
}

void vgpu_queue_close(void *object)
{
    const cl_command_queue queue = object;
    cl_event last, barrier;

    pthread_mutex_lock(&queue->lock);
    last = queue->last;
    barrier = queue->barrier;
    queue->last = queue->barrier = NULL;
    pthread_mutex_unlock(&queue->lock);
    if (last)
        vgpu_release(last);
    if (barrier)
        vgpu_release(barrier);
}

/* In order, the end of the newest command is the end of all. */
static void finish_in_order(cl_command_queue queue)
{
    cl_event last;

    pthread_mutex_lock(&queue->lock);
    last = queue->last;
    if (last)
        vgpu_retain(last);
    pthread_mutex_unlock(&queue->lock);
    if (!last)
        return;
    vgpu_event_wait(last);
    vgpu_release(last);
}

cl_int vgpu_queue_finish(cl_command_queue queue)
{
    cl_event marker;
    cl_int err = CL_SUCCESS;

    if (vgpu_queue_in_order(queue)) {
        finish_in_order(queue);
    } else {
        err = vgpu_command_create(queue, VGPU_COMMAND_MARKER, 0, NULL, &marker);
        if (err == CL_SUCCESS)
            err = vgpu_command_enqueue_marker(marker, 0, NULL, false, true, NULL);
    }
    vgpu_commands_reap();
    return err;
}
