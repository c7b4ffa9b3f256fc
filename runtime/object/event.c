/* SPDX-License-Identifier: MIT */
/* Events: execution status, waiting for it, callbacks on it. */
#define _GNU_SOURCE
#include "object/event.h"

#include "clock.h"
#include "command/checked.h"
#include "command/tell.h"
#include "command/uses.h"
#include "futex.h"
#include "object/callback.h"
#include "object/context.h"
#include "object/device.h"
#include "object/name.h"
#include "object/queue.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

/* Guards every event's list of callbacks: they are rare, so one lock serves. Innermost.
 */
static pthread_mutex_t callback_lock = PTHREAD_MUTEX_INITIALIZER;

static atomic_ullong num_user_events;

cl_event vgpu_event_create(cl_context context, cl_command_queue queue,
                           const struct vgpu_command_type *type)
{
    cl_event event = vgpu_handle_create(VGPU_KIND_event);
    if (!event)
        return NULL;
    event->context = context;
    event->queue = queue;
    event->type = type;
    atomic_init(&event->state, (unsigned)(queue ? CL_QUEUED : CL_SUBMITTED));
    atomic_init(&event->sleepers, 0);
    atomic_init(&event->pending, 1);
    atomic_init(&event->wait_list_error, 0);
    atomic_init(&event->dependents, NULL);
    atomic_init(&event->callbacks, NULL);
    event->join = NULL;
    event->edges = event->own_edges;
    event->num_edges = 0;
    event->has_uses = false;
    vgpu_checked_event_new(event);
    if (queue) {
        vgpu_retain(queue);
        event->device = queue->device->device;
        event->observed = queue->observed;
        if (event->observed) {
            event->times[VGPU_QUEUED] = vgpu_now_ns();
            event->times[VGPU_SUBMIT] = event->times[VGPU_START] = 0; /* if it fails */
        }
    } else {
        event->handle.number = atomic_fetch_add(&num_user_events, 1) + 1;
        event->device = NULL;
        event->observed = vgpu_commands_are_told();
        if (event->observed)
            vgpu_user_event_tell(event);
        vgpu_retain(context);
    }
    /* Until here the event could not be held, whatever stale handle there is. Release:
     * whoever holds it finds it whole. A command's is the application's when it gets it.
     */
    atomic_store_explicit(&event->handle.refs, queue ? 2 : 1, memory_order_release);
    if (!queue)
        atomic_store_explicit(&event->handle.app_refs, 1, memory_order_release);
    return event;
}

void vgpu_event_destroy(void *object)
{
    cl_event event = object;

    if (event->edges != event->own_edges)
        free(event->edges);
    vgpu_checked_event_destroyed(event);
    if (event->has_uses)
        vgpu_uses_destroy(event);
    if (event->queue)
        vgpu_release(event->queue);
    else
        vgpu_release(event->context);
}

cl_int vgpu_user_event_set(cl_event event, cl_int status)
{
    if (atomic_exchange(&event->pending, 0) == 0) /* it is set once only */
        return CL_INVALID_OPERATION;
    vgpu_retain(event);
    vgpu_command_end(event, status);
    vgpu_release(event);
    vgpu_commands_reap();
    return CL_SUCCESS;
}

/* Of a user event: nobody can set its status any more. */
static void fail_unset(void *event)
{
    if (vgpu_user_event_set(event, CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST) ==
        CL_SUCCESS)
        vgpu_log(VGPU_LOG_warning, "%s was released before it was set: it has failed",
                 vgpu_name_of(event).text);
}

cl_int vgpu_event_app_release(cl_event event)
{
    return vgpu_app_release_last(VGPU_KIND_event, event, CL_INVALID_EVENT,
                                 event->queue ? NULL : fail_unset);
}

/* The callback may use the event, as other runtimes let it, though the application may
 * have released it. */
static void run_callback(void *work)
{
    struct vgpu_event_callback *callback = work;

    vgpu_check_host_waited();
    vgpu_app_lend(callback->event);
    callback->function(callback->event, callback->status, callback->user_data);
    vgpu_event_app_release(callback->event);
    vgpu_release(callback->event);
    free(callback);
}

/* Takes the callbacks whose status is reached off the event and has them called. The list
 * is sorted by the order in which they are due. */
static void fire_callbacks(cl_event event)
{
    struct vgpu_event_callback *due, *rest, **end = &due;
    cl_int status;

    pthread_mutex_lock(&callback_lock);
    status = (cl_int)atomic_load(&event->state);
    due = atomic_load(&event->callbacks);
    for (rest = due; rest && rest->trigger >= status; rest = rest->next) {
        rest->status = status < 0 ? status : rest->trigger;
        end = &rest->next;
    }
    *end = NULL;
    atomic_store(&event->callbacks, rest);
    pthread_mutex_unlock(&callback_lock);

    while (due) {
        struct vgpu_event_callback *callback = due;
        due = due->next;
        if (vgpu_callback_post(run_callback, callback) != 0)
            run_callback(callback); /* no memory for the detour */
    }
}

cl_int vgpu_event_add_callback(cl_event event, cl_int trigger,
                               void(CL_CALLBACK *function)(cl_event, cl_int, void *),
                               void *user_data)
{
    struct vgpu_event_callback *callback = malloc(sizeof *callback);
    struct vgpu_event_callback *next, *before = NULL;

    if (!callback)
        return CL_OUT_OF_HOST_MEMORY;
    vgpu_retain(event); /* for the callback */
    vgpu_retain(event); /* for ourselves: the callback may release the event at once */
    callback->event = event;
    callback->trigger = trigger;
    callback->function = function;
    callback->user_data = user_data;

    pthread_mutex_lock(&callback_lock);
    next = atomic_load(&event->callbacks);
    while (next && next->trigger >= trigger) {
        before = next;
        next = next->next;
    }
    callback->next = next;
    if (before)
        before->next = callback;
    else
        atomic_store(&event->callbacks, callback);
    pthread_mutex_unlock(&callback_lock);

    if ((cl_int)atomic_load(&event->state) <= trigger)
        fire_callbacks(event);
    vgpu_release(event);
    return CL_SUCCESS;
}

static void set_state(cl_event event, cl_int status)
{
    /* Sequentially consistent, against the threads that first announce themselves as
     * sleepers, or add a callback, and then look at the state: one of the two sees the
     * other. */
    atomic_store(&event->state, (unsigned)status);
    if (atomic_load(&event->callbacks))
        fire_callbacks(event);
}

void vgpu_event_advance(cl_event event, cl_int status)
{
    if (event->observed)
        event->times[status == CL_SUBMITTED ? VGPU_SUBMIT : VGPU_START] = vgpu_now_ns();
    set_state(event, status);
}

void vgpu_event_publish_end(cl_event event, cl_int status)
{
    if (event->observed) {
        event->times[VGPU_END] = vgpu_now_ns();
        vgpu_command_tell_end(event, status);
    } else if (status < 0) {
        vgpu_command_tell_failure(event, status);
    }
    set_state(event, status);
    if (atomic_load(&event->sleepers))
        vgpu_futex_wake_all(&event->state);
}

/* The device has only the core that this thread is on. */
static bool is_in_the_way(cl_event event)
{
    return event->device && event->device->only_cpu != VGPU_SEVERAL_CPUS &&
           event->device->only_cpu == (unsigned)sched_getcpu();
}

cl_int vgpu_event_seen_status(cl_event event)
{
    const cl_int status = vgpu_event_status(event);

    if (status <= CL_COMPLETE)
        vgpu_check_host_waited();
    return status;
}

static cl_int wait_for_end(cl_event event)
{
    enum { PAUSES = 150, YIELDS = 8 }; /* about 3 and 5 microseconds */
    const int pauses = is_in_the_way(event) ? 0 : PAUSES;
    unsigned seen;

    for (int i = 0; i < pauses + YIELDS; i++) {
        if (vgpu_event_ended(event))
            return vgpu_event_status(event);
        if (i < pauses)
            vgpu_pause();
        else
            sched_yield(); /* a compute unit may share this core */
    }
    atomic_store(&event->sleepers, 1);
    while ((cl_int)(seen = atomic_load(&event->state)) > CL_COMPLETE)
        vgpu_futex_wait(&event->state, seen);
    return (cl_int)seen;
}

cl_int vgpu_event_wait(cl_event event)
{
    const cl_int status = wait_for_end(event);

    vgpu_check_host_waited();
    return status;
}
