/* SPDX-License-Identifier: MIT */
/* From a checked request to a command with its place in the order: creation, wait lists,
 * enqueueing. */
#include "command/command.h"

#include "command/checked.h"
#include "command/graph.h"
#include "command/tell.h"
#include "object/event.h"
#include "object/queue.h"

#include <pthread.h>
#include <stdlib.h>

const struct vgpu_command_type vgpu_command_types[VGPU_COMMAND_COUNT] = {
#define COMMAND(name, start, release, counter, count_bytes)                     \
    {CL_COMMAND_##name, #name, start, release, VGPU_COUNTER_commands_##counter, \
     count_bytes},
#include "command/command.def"
#undef COMMAND
};

/* How many enqueued commands pay for tidying up together. */
#define REAP_EVERY 16

static cl_int check_wait_list(cl_context context, cl_uint num_events,
                              const cl_event *wait_list)
{
    if ((num_events == 0) != (wait_list == NULL))
        return CL_INVALID_EVENT_WAIT_LIST;
    for (cl_uint i = 0; i < num_events; i++)
        if (!VGPU_IS(event, wait_list[i]))
            return CL_INVALID_EVENT_WAIT_LIST;
    for (cl_uint i = 0; i < num_events; i++)
        if (wait_list[i]->context != context)
            return CL_INVALID_CONTEXT;
    return CL_SUCCESS;
}

cl_int vgpu_command_create(cl_command_queue queue, enum vgpu_command type,
                           cl_uint num_events, const cl_event *wait_list,
                           cl_event *command_out)
{
    cl_event command;
    cl_int err = check_wait_list(queue->context, num_events, wait_list);

    if (err != CL_SUCCESS)
        return err;
    command = vgpu_event_create(queue->context, queue, &vgpu_command_types[type]);
    if (!command)
        return CL_OUT_OF_HOST_MEMORY;
    if (num_events >= VGPU_EVENT_OWN_EDGES) { /* one more is for the queue's order */
        struct vgpu_edge *edges = calloc((size_t)num_events + 1, sizeof *edges);
        if (!edges) {
            vgpu_command_discard(command);
            return CL_OUT_OF_HOST_MEMORY;
        }
        command->edges = edges;
    }
    *command_out = command;
    return CL_SUCCESS;
}

void vgpu_command_discard(cl_event command)
{
    vgpu_release(command); /* the application's hold, which every event is made with */
    vgpu_release(command);
}

/* Counts the command in the queue's join, which is made when the first command needs it.
 * Queue locked. */
static cl_int enter_join(cl_command_queue queue, cl_event command)
{
    if (!queue->join) {
        queue->join = malloc(sizeof *queue->join);
        if (!queue->join)
            return CL_OUT_OF_HOST_MEMORY;
        atomic_init(&queue->join->pending, 1);
        queue->join->marker = NULL;
        queue->join->order = NULL;
    }
    /* relaxed: the queue's own count keeps the join open meanwhile */
    atomic_fetch_add_explicit(&queue->join->pending, 1, memory_order_relaxed);
    command->join = queue->join;
    return CL_SUCCESS;
}

/* Puts an event where the queue remembers one; the one that was there, to be released
 * once unlocked. */
static cl_event remember(cl_event *place, cl_event event)
{
    cl_event old = *place;

    vgpu_retain(event);
    *place = event;
    return old;
}

/* The order of an out-of-order queue: barriers, and markers that wait for everything
 * before. Queue locked. */
static cl_int order_out_of_order(cl_command_queue queue, cl_event command, bool after_all,
                                 bool blocks_later, cl_event *released_out)
{
    struct vgpu_join *before = queue->join;
    cl_int err;

    if (after_all)
        queue->join = NULL;
    err = enter_join(queue, command);
    if (err != CL_SUCCESS) {
        queue->join = before;
        return err;
    }
    if (queue->barrier) {
        vgpu_checked_depend(command, queue->barrier);
        vgpu_depend(command, queue->barrier, false);
    }
    if (after_all && before)
        vgpu_join_close(before, command);
    vgpu_checked_join(queue->join, command);
    if (blocks_later)
        *released_out = remember(&queue->barrier, command);
    return CL_SUCCESS;
}

/* Takes the command's place among its queue's; the wait list was checked. *barrier_out:
 * the one that it waits for, if any. */
static cl_int take_place(cl_event command, bool after_all, bool blocks_later,
                         uint64_t *barrier_out)
{
    cl_command_queue queue = command->queue;
    cl_event released = NULL;
    cl_int err = CL_SUCCESS;
    bool reap;

    pthread_mutex_lock(&queue->lock);
    if (vgpu_queue_in_order(queue)) {
        if (queue->last) {
            vgpu_checked_depend(command, queue->last);
            vgpu_depend(command, queue->last, false);
        }
        released = remember(&queue->last, command);
    } else {
        if (queue->barrier)
            *barrier_out = vgpu_command_trace_id(queue->barrier);
        err = order_out_of_order(queue, command, after_all, blocks_later, &released);
    }
    command->handle.number = ++queue->enqueued;
    reap = queue->enqueued % REAP_EVERY == 0;
    pthread_mutex_unlock(&queue->lock);

    if (released)
        vgpu_release(released);
    if (reap)
        vgpu_commands_reap();
    return err;
}

static cl_int enqueue(cl_event command, cl_uint num_events, const cl_event *wait_list,
                      bool after_all, bool blocks_later, bool blocking,
                      cl_event *event_out)
{
    uint64_t barrier = 0;
    cl_int err;

    for (cl_uint i = 0; i < num_events; i++)
        vgpu_checked_depend(command, wait_list[i]); /* before others come after it */
    err = take_place(command, after_all, blocks_later, &barrier);
    if (err != CL_SUCCESS) {
        if (command->type->release)
            command->type->release(command);
        vgpu_command_discard(command);
        return err;
    }
    if (command->observed)
        vgpu_command_tell_queued(command, barrier, num_events, wait_list);
    for (cl_uint i = 0; i < num_events; i++)
        vgpu_depend(command, wait_list[i], true);
    if (event_out) {
        /* release: whoever finds the handle held finds it whole */
        atomic_store_explicit(&command->handle.app_refs, 1, memory_order_release);
        *event_out = command;
    }
    if (!event_out && !blocking) {
        vgpu_release(command); /* the application's hold: it did not ask for the event */
        vgpu_graph_release(command);
        return CL_SUCCESS;
    }
    if (blocking)
        vgpu_retain(command);
    vgpu_graph_release(command);
    if (!blocking)
        return CL_SUCCESS;
    err = vgpu_event_wait(command);
    if (!event_out)
        vgpu_release(command); /* the application's hold */
    vgpu_release(command);
    return err;
}

cl_int vgpu_command_enqueue(cl_event command, cl_uint num_events,
                            const cl_event *wait_list, bool blocking, cl_event *event_out)
{
    return enqueue(command, num_events, wait_list, false, false, blocking, event_out);
}

cl_int vgpu_command_enqueue_marker(cl_event command, cl_uint num_events,
                                   const cl_event *wait_list, bool blocks_later,
                                   bool blocking, cl_event *event_out)
{
    return enqueue(command, num_events, wait_list, num_events == 0, blocks_later,
                   blocking, event_out);
}
