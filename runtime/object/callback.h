/* SPDX-License-Identifier: MIT */
/* The application's callbacks run on a thread of their own, in order, never under a lock
 * of ours and never on a compute unit. The thread starts with the first callback and
 * sleeps when there is none. A context's destructor callbacks come here only where an
 * ended command had the last hold: see context.h. */
#ifndef VGPU_OBJECT_CALLBACK_H
#define VGPU_OBJECT_CALLBACK_H

#include "object/handle.h"

/* Destructor callbacks of contexts and memory objects: called in reverse order of
 * registration. */
struct vgpu_destructor_callback {
    struct vgpu_destructor_callback *next;
    union {
        void(CL_CALLBACK *mem_function)(cl_mem mem, void *user_data);
        void(CL_CALLBACK *context_function)(cl_context context, void *user_data);
    };
    void *user_data;
};

/* vgpu_callback_post - `run(work)` on the callback thread, later. 0 or -ENOMEM (or
 * -EAGAIN: no thread). Any thread. */
int vgpu_callback_post(void (*run)(void *work), void *work);

bool vgpu_on_callback_thread(void);

#endif
