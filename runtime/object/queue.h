/* SPDX-License-Identifier: MIT */
/* Command queues: what orders the commands of an application. [OpenCL 3.0, 5.1] */
#ifndef VGPU_OBJECT_QUEUE_H
#define VGPU_OBJECT_QUEUE_H

#include "object/handle.h"

#include <pthread.h>

/* The commands of an out-of-order queue between two markers: the second waits until all
 * have ended. Counting them takes the place of an edge from each to the marker. */
struct vgpu_join {
    atomic_uint pending; /* commands not ended, and 1 until a marker closes the join */
    cl_event marker;     /* set before it is closed */
    struct vgpu_check_order *order; /* see command/checked.h; NULL: nobody asks */
};

struct _cl_command_queue {
    struct vgpu_handle handle;
    cl_context context; /* retained */
    cl_device_id device;
    unsigned memory; /* of the device: see vgpu_context_memory */
    cl_command_queue_properties flags;
    size_t num_properties; /* of clCreateCommandQueueWithProperties, with the closing 0 */
    cl_queue_properties *properties;
    pthread_mutex_t lock; /* guards what follows; held while a command joins the order */
    cl_event last;        /* in-order: the newest command, retained; or NULL */
    cl_event barrier; /* out-of-order: what later commands wait for, retained; or NULL */
    struct vgpu_join
        *join; /* out-of-order: of the commands since the newest marker; or NULL */
    uint64_t enqueued; /* commands so far */
    bool observed;     /* its commands are; constant, as the next */
    bool watched;      /* an observer wants to know of its launches */
};

/* vgpu_queue_create - arguments were checked; copies `properties` (num_properties with
 * the closing 0). CL_OUT_OF_HOST_MEMORY; CL_OUT_OF_RESOURCES where the system gives the
 * device no thread. */
cl_int vgpu_queue_create(cl_context context, cl_device_id device,
                         cl_command_queue_properties flags,
                         const cl_queue_properties *properties, size_t num_properties,
                         cl_command_queue *queue_out);
void vgpu_queue_destroy(void *queue);

/* vgpu_queue_close - the application released its last hold: no command follows. Commands
 * in flight go on. */
void vgpu_queue_close(void *queue);

/* vgpu_queue_finish - returns when every command enqueued before has ended.
 * CL_OUT_OF_HOST_MEMORY. */
cl_int vgpu_queue_finish(cl_command_queue queue);

static inline bool vgpu_queue_in_order(cl_command_queue queue)
{
    return !(queue->flags & CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
}

static inline bool vgpu_queue_profiles(cl_command_queue queue)
{
    return queue->flags & CL_QUEUE_PROFILING_ENABLE;
}

#endif
