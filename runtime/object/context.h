/* SPDX-License-Identifier: MIT */
/* A context: devices, and the objects that they share. [OpenCL 3.0, 4.4] */
#ifndef VGPU_OBJECT_CONTEXT_H
#define VGPU_OBJECT_CONTEXT_H

#include "object/handle.h"
#include "object/info.h"

#include <pthread.h>

typedef void CL_CALLBACK vgpu_context_notify(const char *text, const void *private_info,
                                             size_t size, void *user_data);

struct _cl_context {
    struct vgpu_handle handle;
    cl_uint num_devices;
    cl_device_id *devices;
    /* The memories that its buffers may be in: of each device with its own, of all others
     * together (the first of them), and last of the host (NULL). 0 where no device has
     * its own: see object/storage.h. */
    unsigned num_memories;
    struct vgpu_device **memories;
    size_t num_properties; /* with the closing 0; 0: none given */
    cl_context_properties *properties;
    vgpu_context_notify *notify; /* or NULL */
    void *notify_data;
    pthread_mutex_t lock; /* guards destructor_callbacks */
    struct vgpu_destructor_callback *destructor_callbacks; /* newest first */
};

/* vgpu_context_create - devices were checked and come without repeats; copies both lists.
 * CL_OUT_OF_HOST_MEMORY. */
cl_int vgpu_context_create(const cl_context_properties *properties, cl_uint num_devices,
                           const cl_device_id *devices, vgpu_context_notify *notify,
                           void *notify_data, cl_context *context_out);
void vgpu_context_destroy(void *context);

/* vgpu_context_add_destructor - called when the context is gone, newest first: by the
 * thread that drops the last hold, or on the callback thread where an ended command had
 * it. CL_OUT_OF_HOST_MEMORY. Any thread. */
cl_int vgpu_context_add_destructor(cl_context context,
                                   void(CL_CALLBACK *function)(cl_context context,
                                                               void *user_data),
                                   void *user_data);

/* vgpu_context_has_device - the device belongs to the context. */
bool vgpu_context_has_device(cl_context context, cl_device_id device);

/* vgpu_context_memory - which of the context's memories is that of its device; 0 where it
 * has none. */
unsigned vgpu_context_memory(cl_context context, cl_device_id device);

/* vgpu_context_explain - hands a sentence to the context's notify callback, on the
 * callback thread: why a call just gave an error. Where there is no callback it goes to
 * stderr, as VGPU_EXPLAIN says. No lock held. */
void vgpu_context_explain(cl_context context, const char *text);

/* vgpu_context_tell - hands a text to the context's notify callback, if there is one, on
 * the callback thread; without memory, to nobody. Any thread, and whatever it holds. */
void vgpu_context_tell(cl_context context, const char *text);

/* vgpu_context_report - prints a message on stderr and hands it to the context's notify
 * callback. No lock held. */
void vgpu_context_report(cl_context context, const char *text);

/* vgpu_context_info - the answers of clGetContextInfo. */
cl_int vgpu_context_info(cl_context context, cl_context_info name,
                         const struct vgpu_answer *answer);

#endif
