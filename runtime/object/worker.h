/* SPDX-License-Identifier: MIT */
/* Threads of our own that do work in the order in which it is posted: callbacks, builds.
 * They start when they are needed, sleep when there is nothing to do, and are never
 * joined, so that a process may end at any time. */
#ifndef VGPU_OBJECT_WORKER_H
#define VGPU_OBJECT_WORKER_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct vgpu_work;

struct vgpu_worker {
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t posted;
    struct vgpu_work *first, *last;
    size_t num_posted;                  /* and not taken by a thread yet */
    size_t num_threads, num_idle, most; /* most: threads, fixed */
};

#define VGPU_WORKER(most_threads)                                              \
    {                                                                          \
        .lock = PTHREAD_MUTEX_INITIALIZER, .posted = PTHREAD_COND_INITIALIZER, \
        .most = (most_threads)                                                 \
    }

/* vgpu_worker_post - `run(work)` on one of the threads, later. 0 or -ENOMEM (or -EAGAIN:
 * no thread). Any thread, no lock held. */
int vgpu_worker_post(struct vgpu_worker *worker, void (*run)(void *work), void *work);

/* vgpu_worker_is_here - the calling thread is one of them. */
bool vgpu_worker_is_here(const struct vgpu_worker *worker);

#endif
