/* SPDX-License-Identifier: MIT */
/* Events, which are commands on their way: execution status, dependencies, callbacks,
 * times. [OpenCL 3.0, 5.11 to 5.14]
 *
 * A command waits for `pending` others. Each of those has the waiter in its list of
 * dependents, a lock-free stack that is closed when the command ends. Nothing here takes
 * a lock but callbacks do. */
#ifndef VGPU_OBJECT_EVENT_H
#define VGPU_OBJECT_EVENT_H

#include "command/command.h"
#include "object/handle.h"

/* `waiter` does not start before the event whose dependents hold this edge has ended. */
struct vgpu_edge {
    cl_event waiter;
    struct vgpu_edge *next;
    bool fails_waiter; /* from a wait list: the waiter does not run if the event failed */
};

#define VGPU_EVENT_OWN_EDGES 6

/* A callback of clSetEventCallback that waits for its status. */
struct vgpu_event_callback {
    struct vgpu_event_callback *next;
    cl_event event; /* retained */
    cl_int trigger; /* CL_SUBMITTED, CL_RUNNING or CL_COMPLETE */
    cl_int status;  /* what it is called with */
    void(CL_CALLBACK *function)(cl_event event, cl_int status, void *user_data);
    void *user_data;
};

enum vgpu_event_time { VGPU_QUEUED, VGPU_SUBMIT, VGPU_START, VGPU_END, VGPU_EVENT_TIMES };

/* What changes from thread to thread stands in the first cache line, what only its maker
 * writes in the next: a short kernel costs few transfers of lines between cores. */
struct _cl_event {
    struct vgpu_handle handle;
    atomic_uint state;    /* cl_int execution status; a futex word */
    atomic_uint sleepers; /* not 0: threads may sleep on `state` */
    atomic_uint pending;  /* events to wait for, and 1 until enqueued; see graph.c */
    atomic_int
        wait_list_error; /* status of an event of the wait list that failed, or 0 */
    _Atomic(struct vgpu_edge *) dependents;          /* closed when the event ends */
    _Atomic(struct vgpu_event_callback *) callbacks; /* due ones first */

    const struct vgpu_command_type *type;
    struct vgpu_device *device; /* of the queue; NULL: a user event */
    struct vgpu_join *join;     /* of an out-of-order queue, or NULL */
    cl_event next;              /* in a list of ready, or of ended events */
    struct vgpu_check_order
        *order;    /* see command/checked.h; while races are looked for */
    bool has_uses; /* `uses` is set */
    bool observed; /* the queue profiles, or there is a trace or a log of commands */
    uint32_t num_edges;
    struct vgpu_edge *edges; /* own_edges, or allocated */
    cl_context context;      /* retained for a user event, else by the queue */
    cl_command_queue queue;  /* retained; NULL: a user event */
    struct vgpu_uses *uses;  /* see command/uses.h */
    struct vgpu_edge own_edges[VGPU_EVENT_OWN_EDGES];
    uint32_t trace_name;              /* the same */
    uint64_t times[VGPU_EVENT_TIMES]; /* ns; where observed */
    struct vgpu_watched watched;      /* what observers have to do with its launch */
    union vgpu_payload payload;
};

static inline cl_int vgpu_event_status(cl_event event)
{
    /* acquire: who sees CL_COMPLETE sees what the command wrote */
    return (cl_int)atomic_load_explicit(&event->state, memory_order_acquire);
}

/* vgpu_event_seen_status - the same, for the application: what has ended comes before all
 * that it does next. */
cl_int vgpu_event_seen_status(cl_event event);

static inline bool vgpu_event_ended(cl_event event)
{
    return vgpu_event_status(event) <= CL_COMPLETE;
}

/* vgpu_event_create - an event in state CL_QUEUED (a user event: CL_SUBMITTED) held by
 * the application and once more by whoever ends it. queue NULL: a user event of
 * `context`. NULL: no memory. */
cl_event vgpu_event_create(cl_context context, cl_command_queue queue,
                           const struct vgpu_command_type *type);
void vgpu_event_destroy(void *event);

/* vgpu_event_advance - to CL_SUBMITTED or CL_RUNNING, with its time and callbacks. */
void vgpu_event_advance(cl_event event, cl_int status);

/* vgpu_event_publish_end - CL_COMPLETE or an error, with its time, waiters and callbacks;
 * not its dependents. */
void vgpu_event_publish_end(cl_event event, cl_int status);

/* vgpu_event_wait - spins briefly, then sleeps, until the event has ended; its status. */
cl_int vgpu_event_wait(cl_event event);

/* vgpu_user_event_set - ends a user event. CL_INVALID_OPERATION: it was set before. */
cl_int vgpu_user_event_set(cl_event event, cl_int status);

/* vgpu_event_app_release - clReleaseEvent. A user event that the application lets go of
 * without having set it fails, and with it what waits for it. */
cl_int vgpu_event_app_release(cl_event event);

/* vgpu_event_add_callback - called at once (on the callback thread) where the status is
 * already reached. CL_OUT_OF_HOST_MEMORY. */
cl_int vgpu_event_add_callback(cl_event event, cl_int trigger,
                               void(CL_CALLBACK *function)(cl_event, cl_int, void *),
                               void *user_data);

#endif
